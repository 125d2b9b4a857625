#include "migrations/booked_batch.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/sql_error.hpp"
#include "migrations/query.hpp"

namespace corral::migrations {

namespace {

constexpr std::string_view check_references = "PRAGMA foreign_key_check";

}  // namespace

BookedBatch::BookedBatch(std::vector<BookedFile> files, BrokenReferences* broken,
                         std::function<void(const FileProgress&)> progress)
    : files_(std::move(files)), broken_(broken), progress_(std::move(progress)) {}

bool BookedBatch::next(sql::ScriptStatement& statement) {
  for (; at_ < files_.size(); ++at_) {
    if (next_of_file(statement)) return true;
    booked_ = 0;
    // A failure from here on, at the commit, is the last file's fault.
    stage_ = at_ + 1 < files_.size() ? Stage::bookkeeping : Stage::script;
  }
  return false;
}

bool BookedBatch::next_of_file(sql::ScriptStatement& statement) {
  const BookedFile& file = files_[at_];
  if (stage_ == Stage::bookkeeping) {
    if (booked_ < file.bookkeeping.size()) {
      statement = {.text = file.bookkeeping[booked_++], .place = {}, .has_end = true};
      return true;
    }
    stage_ = Stage::script;
    script_ = std::make_unique<ScriptFile>(file.path, file.name);
  }
  if (stage_ == Stage::script) {
    if (script_->next(statement)) return true;
    done_.push_back({.name = file.name, .sha256 = script_->sha256(), .statements = script_->statements()});
    script_.reset();
    stage_ = Stage::check;
    found_.clear();
    if (broken_ != nullptr) {
      statement = {.text = check_references, .place = {}, .has_end = true};
      return true;
    }
  }
  return false;
}

void BookedBatch::row(SqlRow row) {
  if (stage_ != Stage::check) return;
  ++found_[{std::string(row[0].bytes), std::string(row[2].bytes), std::to_string(row[3].integer)}];
}

void BookedBatch::end(const SqlStatementStats&) {
  if (stage_ == Stage::check) compare_references();
  if (script_ && progress_) {
    progress_({.name = files_[at_].name,
               .bytes = script_->bytes_read(),
               .bytes_total = script_->bytes_total(),
               .statements = script_->statements()});
  }
}

void BookedBatch::compare_references() {
  for (const auto& [reference, count] : found_) {
    const auto before = broken_->find(reference);
    const std::uint64_t known = before == broken_->end() ? 0 : before->second;
    if (count <= known) continue;
    const auto& [from, to, key] = reference;
    throw Error(
        ErrorKind::conflict,
        fmt::format("{} was undone: it leaves {} row{} in \"{}\" that refer{} to rows of \"{}\" which do not "
                    "exist",
                    shown(current()), count - known, count - known == 1 ? "" : "s", shown(from),
                    count - known == 1 ? "s" : "", shown(to)),
        "fix those rows in the same file: PRAGMA foreign_key_check shows them");
  }
  *broken_ = std::move(found_);
}

std::optional<BrokenReferences> find_broken_references(SqlDatabase& database) {
  try {
    BrokenReferences broken;
    for (const TextRow& row : query(database, check_references)) ++broken[{row[0], row[2], row[3]}];
    return broken;
  } catch (const SqlError&) {
    return std::nullopt;
  }
}

}  // namespace corral::migrations

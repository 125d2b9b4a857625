#include "migrations/squash.hpp"

#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/files/replacement_file.hpp"
#include "backends/sql_text/script.hpp"
#include "migrations/path_glob.hpp"
#include "migrations/query.hpp"

namespace corral::migrations {

namespace fs = std::filesystem;

namespace {

class StringSink final : public ByteSink {
 public:
  explicit StringSink(std::string& text) : text_(text) {}
  void write(std::string_view bytes) override { text_ += bytes; }

 private:
  std::string& text_;
};

void append(std::string& text, const SqlDatabaseInfo& info, bool tables, std::string_view type = {}) {
  for (const SqlSchemaItem& item : info.schema) {
    const bool is_table = item.type == "table" || item.type == "virtual";
    if (tables ? is_table : item.type == type) text += item.sql + ";\n";
  }
}

fs::path kept_path(const MigrationFolder& folder, const MigrationFile& file) {
  return folder.folder / "squashed" / file.name;
}

/// Undoes the squashing of one file, however far it got. Best effort: the caller is handling an error.
void put_back(const fs::path& original, const fs::path& kept) noexcept {
  std::error_code error;
  fs::rename(kept, original, error);
  // rename(2) leaves both names if they are the same file; if it fails, `kept` may be the only one.
  if (!error) fs::remove(kept, error);
}

}  // namespace

std::string make_baseline(const std::vector<MigrationFile>& files,
                          const std::vector<std::string>& data_tables, const MakeScratch& make_scratch) {
  const std::unique_ptr<SqlDatabase> original = make_scratch();
  replay(*original, files);
  const SqlDatabaseInfo info = original->info(false);
  std::string text = fmt::format("-- Stands for {} migrations, {} to {}\n", files.size(), files.front().name,
                                 files.back().name);
  append(text, info, true);
  if (!data_tables.empty()) {
    StringSink sink(text);
    original->dump({.schema = false, .data = true, .tables = data_tables}, sink);
  }
  // After the rows, so that triggers do not fire for them.
  for (const std::string_view type : {"index", "view", "trigger"}) append(text, info, false, type);

  const std::unique_ptr<SqlDatabase> squashed = make_scratch();
  MemorySource source(text);
  sql::StatementReader reader(source, "the baseline", sql::max_read_statement_bytes);
  sql::Script script(reader, "the baseline");
  NoResults none;
  squashed->run({.statements = script}, none);
  if (!is_same(read_schema(*original, ""), read_schema(*squashed, ""))) {
    throw Error(ErrorKind::conflict, "the baseline does not give the schema that the migrations give",
                "nothing was changed");
  }
  return text;
}

void replace_by_baseline(const MigrationFolder& folder, const std::vector<MigrationFile>& files,
                         const std::string& baseline) {
  const PathGlob glob(folder.pattern);
  for (const MigrationFile& file : files) {
    const std::string kept = "squashed/" + file.name;
    if (glob.matches(kept)) {
      throw Error(ErrorKind::invalid_input,
                  fmt::format("the migrations_pattern \"{}\" would take {} for a migration",
                              shown(folder.pattern), shown(kept)),
                  "squash needs a pattern that does not look into squashed/");
    }
    if (fs::exists(folder.folder / kept)) {
      throw Error(ErrorKind::conflict,
                  fmt::format("{} exists already", shown((folder.folder / kept).native())),
                  "move it away; nothing was changed");
    }
  }
  std::size_t linked = 0;
  try {
    for (const MigrationFile& file : files) {
      const fs::path kept = kept_path(folder, file);
      make_folders(kept.parent_path());
      if (::link(file.path.c_str(), kept.c_str()) != 0) {
        throw system_error(errno, fmt::format("cannot make {}", shown(kept.native())));
      }
      ++linked;
      flush_folder(kept.parent_path());
    }
    replace_file(files.back().path, baseline);
    for (std::size_t i = 0; i + 1 < files.size(); ++i) {
      std::error_code error;
      if (!fs::remove(files[i].path, error) && error) {
        throw system_error(error.value(), fmt::format("cannot remove {}", shown(files[i].path.native())));
      }
      flush_folder(files[i].path.parent_path());
    }
  } catch (...) {
    for (std::size_t i = 0; i < linked; ++i) put_back(files[i].path, kept_path(folder, files[i]));
    throw;
  }
}

bool is_squashed(const MigrationFolder& folder, std::string_view name) {
  std::error_code missing;
  return fs::is_regular_file(folder.folder / "squashed" / name, missing);
}

}  // namespace corral::migrations

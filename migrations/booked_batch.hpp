#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "backends/sql_database.hpp"
#include "migrations/script_file.hpp"

namespace corral::migrations {

/// How many rows refer to rows that do not exist: by their table, the table referred to, and the foreign key.
using BrokenReferences = std::map<std::tuple<std::string, std::string, std::string>, std::uint64_t>;

/// A file with the statement that books it.
struct BookedFile {
  std::string name;  ///< for errors
  std::filesystem::path path;
  std::vector<std::string> bookkeeping;  ///< statements that run before the file, in its transaction
};

/// How far a file is.
struct FileProgress {
  const std::string& name;
  std::uint64_t bytes = 0;
  std::uint64_t bytes_total = 0;
  std::uint64_t statements = 0;
};

/// Files as one batch: for each its bookkeeping, its statements and a check that no row refers to one that
/// does not exist. The bookkeeping comes first, so that a file which another program has applied meanwhile
/// fails on its unique name before it does anything.
class BookedBatch final : public sql::StatementSource, public SqlResults {
 public:
  /// `broken`: what is broken before the batch, which is not the files' doing; brought up to date while it
  /// runs. nullptr: references are not checked. `progress` may be empty.
  BookedBatch(std::vector<BookedFile> files, BrokenReferences* broken,
              std::function<void(const FileProgress&)> progress);

  bool next(sql::ScriptStatement& statement) override;
  void begin(const sql::ScriptStatement&, const std::vector<std::string>&) override {}
  void row(SqlRow row) override;
  void end(const SqlStatementStats& stats) override;

  /// What each file turned out to be: its SHA-256 and the number of its statements.
  struct Done {
    std::string name;
    std::string sha256;
    std::uint64_t statements = 0;
  };
  [[nodiscard]] const std::vector<Done>& done() const noexcept { return done_; }

  enum class Stage { bookkeeping, script, check };
  [[nodiscard]] Stage stage() const noexcept { return stage_; }
  /// The name of the file that is running, or ran last.
  [[nodiscard]] const std::string& current() const noexcept {
    return files_.at(std::min(at_, files_.size() - 1)).name;
  }

 private:
  bool next_of_file(sql::ScriptStatement& statement);
  void compare_references();

  std::vector<BookedFile> files_;
  BrokenReferences* broken_;
  std::function<void(const FileProgress&)> progress_;
  std::size_t at_ = 0;
  std::size_t booked_ = 0;
  Stage stage_ = Stage::bookkeeping;
  std::unique_ptr<ScriptFile> script_;
  BrokenReferences found_;
  std::vector<Done> done_;
};

/// What is broken now; nullopt if SQLite cannot tell, because a foreign key refers to what is no key.
std::optional<BrokenReferences> find_broken_references(SqlDatabase& database);

}  // namespace corral::migrations

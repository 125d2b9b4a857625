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

/// The number of rows that reference missing rows: by their table, the referenced table and the foreign key.
using BrokenReferences = std::map<std::tuple<std::string, std::string, std::string>, std::uint64_t>;

/// A file with the statement that records it.
struct BookedFile {
  std::string name;  ///< for errors
  std::filesystem::path path;
  std::vector<std::string> bookkeeping;  ///< statements that run before the file, in its transaction
};

/// The progress of a file.
struct FileProgress {
  const std::string& name;
  std::uint64_t bytes = 0;
  std::uint64_t bytes_total = 0;
  std::uint64_t statements = 0;
};

/// Files as one batch: for each its bookkeeping, its statements and a check for dangling references. The
/// bookkeeping comes first, so that a file that another program has applied meanwhile fails on its unique
/// name before it does anything.
class BookedBatch final : public sql::StatementSource, public SqlResults {
 public:
  /// `broken`: references that were already dangling before the batch, kept up to date while it runs; nullptr
  /// disables the check. `progress` may be empty.
  BookedBatch(std::vector<BookedFile> files, BrokenReferences* broken,
              std::function<void(const FileProgress&)> progress);

  bool next(sql::ScriptStatement& statement) override;
  void begin(const sql::ScriptStatement&, const std::vector<std::string>&) override {}
  void row(SqlRow row) override;
  void end(const SqlStatementStats& stats) override;

  /// What is known about each file once it has run: its SHA-256 and its number of statements.
  struct Done {
    std::string name;
    std::string sha256;
    std::uint64_t statements = 0;
  };
  [[nodiscard]] const std::vector<Done>& done() const noexcept { return done_; }

  enum class Stage { bookkeeping, script, check };
  [[nodiscard]] Stage stage() const noexcept { return stage_; }
  /// The name of the file being run, or run last.
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

/// The dangling references; nullopt if SQLite cannot check, because a foreign key references columns that are
/// not a key.
std::optional<BrokenReferences> find_broken_references(SqlDatabase& database);

}  // namespace corral::migrations

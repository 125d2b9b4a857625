#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "backends/files/file_lock.hpp"
#include "commands/d1/target.hpp"
#include "migrations/apply.hpp"
#include "migrations/discovery.hpp"
#include "migrations/history.hpp"
#include "migrations/status.hpp"

namespace corral::d1 {

/// The folder, table and pattern that the config gives for a database, or the defaults. Throws invalid_input
/// for a pattern that does not belong to the folder.
migrations::MigrationFolder migration_folder_of(Context& context, const Database& database);

/// A database with its migrations: what every `d1 migrations` command works on.
class MigrationProject {
 public:
  /// Finds the database. Opens it to be read: one that does not exist yet is empty, and is not made.
  MigrationProject(Context& context, const DatabaseOptions& options);

  [[nodiscard]] const Database& database() const { return database_; }
  [[nodiscard]] const migrations::MigrationFolder& folder() const { return folder_; }
  SqlDatabase& opened() { return *opened_; }
  migrations::History& history() { return *history_; }

  /// Compares files, table and records as they are now. Warns on stderr if nothing matches the pattern and
  /// another would. Throws not_found if there is no folder.
  migrations::MigrationStatus status();

  /// Waits until no other corral changes the migrations of this database, saying so after a moment. Nobody
  /// else can while this lives.
  void lock();

  /// Opens the database to be written, making it if needed.
  void open_for_writing();

  /// The run of files on it, with progress on the terminal and a note for each file that is done: "applied
  /// 0001_init.sql (3 statements)".
  migrations::MigrationRun run(std::string done_word);

  /// Of the files that were finished through run.
  [[nodiscard]] const std::vector<migrations::FinishedFile>& finished() const { return finished_; }

 private:
  void warn_of_pattern();

  Context& context_;
  StateOptions state_;
  Database database_;
  migrations::MigrationFolder folder_;
  std::unique_ptr<SqlDatabase> opened_;
  std::optional<migrations::History> history_;
  std::optional<FileLock> lock_;
  std::unique_ptr<Progress> progress_;
  std::vector<migrations::FinishedFile> finished_;
};

/// Names duplicates, changed files and the like on stderr. Nothing for a clean status.
void warn_of(const migrations::MigrationStatus& status, Output& out);

/// "3 migrations", "1 migration".
std::string count_of_migrations(std::size_t count);

}  // namespace corral::d1

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

/// A database's migrations folder, table and pattern from the config, with defaults. Throws invalid_input for
/// a pattern outside the folder.
migrations::MigrationFolder migration_folder_of(Context& context, const Database& database);

/// A database with its migrations: what every `d1 migrations` command works on.
class MigrationProject {
 public:
  /// Finds the database and opens it for reading. One that does not exist yet reads as empty and is not
  /// created. Throws not_found for a database of an account that is not in the config: which folder and table
  /// are its own is not guessed there.
  MigrationProject(Context& context, const DatabaseOptions& options);

  [[nodiscard]] const Database& database() const { return database_; }
  [[nodiscard]] const StateOptions& state() const { return state_; }
  [[nodiscard]] const migrations::MigrationFolder& folder() const { return folder_; }
  SqlDatabase& opened() { return *opened_; }
  migrations::History& history() { return *history_; }

  /// How `status` is going to be used.
  enum class Purpose { look, apply };

  /// Compares files, table and records as they are now. Before files are applied to a database that is not
  /// interactive (SqlTraits), makes the migrations table first, as wrangler does there. Warns on stderr if
  /// nothing matches the pattern but another pattern would match. Throws not_found if the folder does not
  /// exist.
  migrations::MigrationStatus status(Purpose purpose = Purpose::look);

  /// Takes the lock on this database's migrations, waiting for other corral processes and saying so after a
  /// moment. Held for the lifetime of this object.
  void lock();

  /// Opens the database for writing, creating it if necessary.
  void open_for_writing();

  /// A run of files on the database, with progress on the terminal and a note per finished file: "applied
  /// 0001_init.sql (3 statements)".
  migrations::MigrationRun run(std::string done_word);

  /// The files finished through `run`.
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
  bool has_table_ = false;
  std::unique_ptr<Progress> progress_;
  std::vector<migrations::FinishedFile> finished_;
};

/// Warns of duplicates, changed files and the like on stderr. Prints nothing for a clean status.
void warn_of(const migrations::MigrationStatus& status, Output& out);

/// "3 migrations", "1 migration".
std::string count_of_migrations(std::size_t count);

}  // namespace corral::d1

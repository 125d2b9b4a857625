#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "backends/clock.hpp"
#include "backends/migration_records.hpp"
#include "migrations/booked_batch.hpp"
#include "migrations/discovery.hpp"
#include "migrations/history.hpp"

namespace corral::migrations {

/// A file that has been run.
struct FinishedFile {
  std::string name;
  std::uint64_t statements = 0;
  double duration_ms = 0;
  bool references_checked = true;  ///< false: impossible, as a foreign key references a non-key
};

/// The context of a run. Everything it refers to must outlive it.
struct MigrationRun {
  SqlDatabase& database;
  History& history;
  MigrationRecords& records;
  std::string database_id;  ///< the key of the records
  const Clock& clock;
  bool has_table = false;  ///< the migrations table exists

  std::function<void(const FileProgress&)> progress = {};
  std::function<void(const FinishedFile&)> finished = {};  ///< called once a file is committed
  std::function<void()> pulse = {};  ///< called periodically; may throw, which rolls the file back
};

/// Applies files in order: each, together with its row in the migrations table, is one durable transaction;
/// one text (sent_script.hpp) for a database that is not interactive, which then does not check references.
/// The first failure rolls back its file, keeps the earlier ones and is thrown: a SqlError that names file,
/// line, column and statement; conflict if another program applied the file meanwhile or if it leaves
/// dangling references. `bookmark`: the id recorded with each file, for undoing it; empty if there is none.
void apply(const MigrationRun& run, const std::vector<MigrationFile>& files, const std::string& bookmark);

/// Runs files as apply would, all in one transaction, and rolls it back. Throws what apply would.
void try_out(const MigrationRun& run, const std::vector<MigrationFile>& files);

/// Runs the down parts of applied migrations in the given order, each in one durable transaction that also
/// removes its row. Throws as apply does.
void roll_back(const MigrationRun& run, const std::vector<MigrationFile>& down_files);

/// Records migrations as applied, or as not applied, without running anything; one durable transaction.
void book_as_applied(const MigrationRun& run, const std::vector<MigrationFile>& files);
void book_as_not_applied(const MigrationRun& run, const std::vector<std::string>& names);

/// Records the last of several applied files in place of all of them: what they were squashed into.
void rebook(const MigrationRun& run, const std::vector<MigrationFile>& files);

}  // namespace corral::migrations

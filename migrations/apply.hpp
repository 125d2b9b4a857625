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
  bool references_checked = true;  ///< false: a foreign key of the schema refers to what is no key
};

/// What a run works on. All must outlive it.
struct MigrationRun {
  SqlDatabase& database;
  History& history;
  MigrationRecords& records;
  std::string database_id;  ///< that the records are kept under
  const Clock& clock;

  std::function<void(const FileProgress&)> progress = {};
  std::function<void(const FinishedFile&)> finished = {};  ///< called once a file is committed
  std::function<void()> pulse = {};  ///< called again and again; what it throws undoes the file that runs
};

/// Applies files in order: each, with its row in the migrations table, is one durable transaction. The first
/// failure undoes its file, keeps the earlier ones and is thrown: a SqlError that names file, line, column
/// and statement; conflict if the file was applied by another program meanwhile or leaves rows that refer to
/// nothing. `bookmark`: the id that is remembered with each file as the way back; empty if there is none.
void apply(const MigrationRun& run, const std::vector<MigrationFile>& files, const std::string& bookmark);

/// Runs files as apply would, all in one transaction, and undoes it. Throws what apply would.
void try_out(const MigrationRun& run, const std::vector<MigrationFile>& files);

/// Runs the down parts of applied migrations, in the given order, each with the removal of its row as one
/// durable transaction. Throws as apply does.
void roll_back(const MigrationRun& run, const std::vector<MigrationFile>& down_files);

/// Books migrations as applied, or as not applied, without running anything; one durable transaction.
void book_as_applied(const MigrationRun& run, const std::vector<MigrationFile>& files);
void book_as_not_applied(const MigrationRun& run, const std::vector<std::string>& names);

/// Books the last of some applied files for all of them: what was squashed into it.
void rebook(const MigrationRun& run, const std::vector<MigrationFile>& files);

}  // namespace corral::migrations

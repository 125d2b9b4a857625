#pragma once

#include <string>
#include <vector>

#include "migrations/apply.hpp"

namespace corral::migrations {

/// Runs files in order as one durable transaction; repeatable if the files are idempotent. `reset`: first
/// deletes all rows from all tables except the migrations table, and their AUTOINCREMENT counters; foreign
/// keys are then checked at the end. Throws a SqlError that names file, line, column and statement.
std::vector<FinishedFile> seed(const MigrationRun& run, const std::vector<MigrationFile>& files, bool reset,
                               const std::string& migrations_table);

}  // namespace corral::migrations

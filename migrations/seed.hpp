#pragma once

#include <string>
#include <vector>

#include "migrations/apply.hpp"

namespace corral::migrations {

/// Runs files in order as one durable transaction, which can be done again and again if the files are written
/// so. `reset`: first deletes all rows of all tables but the migrations table, and their AUTOINCREMENT
/// counters; foreign keys are then checked at the end. Throws a SqlError that names file, line, column and
/// statement.
std::vector<FinishedFile> seed(const MigrationRun& run, const std::vector<MigrationFile>& files, bool reset,
                               const std::string& migrations_table);

}  // namespace corral::migrations

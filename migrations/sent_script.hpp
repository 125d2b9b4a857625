#pragma once

#include "migrations/apply.hpp"
#include "migrations/booked_batch.hpp"

namespace corral::migrations {

/// Runs a file on a database that is sent texts (SqlTraits): the file, a line break, and the statement that
/// records it, as wrangler sends them, so that both are done or neither. A last statement without its ';'
/// gets one. Throws as `apply` does.
BookedBatch::Done send_script(const MigrationRun& run, const BookedFile& file);

/// The text of a file as it has to be in front of further statements.
std::string finished_script(std::string text);

}  // namespace corral::migrations

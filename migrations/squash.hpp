#pragma once

#include <string>
#include <vector>

#include "migrations/schema_change.hpp"

namespace corral::migrations {

/// The SQL of one file that replaces several migrations: the schema they create, and the rows they leave in
/// some tables. Verified by running both ways on empty databases and comparing the schemas. Throws SqlError
/// if a migration fails, not_found for a table that they do not create, conflict if the schemas differ.
std::string make_baseline(const std::vector<MigrationFile>& files,
                          const std::vector<std::string>& data_tables, const MakeScratch& make_scratch);

/// Replaces migrations by their baseline, which takes the name of the last one, so that databases that have
/// that one applied, here or elsewhere, need no change. The originals are moved to `<folder>/squashed/`.
/// Throws invalid_input if the pattern matches files there, conflict if one exists already. Ordered so that
/// an interruption loses nothing; an error puts the files back.
void replace_by_baseline(const MigrationFolder& folder, const std::vector<MigrationFile>& files,
                         const std::string& baseline);

/// Whether a migration was replaced by a baseline, so that its file lies in `<folder>/squashed/`.
bool is_squashed(const MigrationFolder& folder, std::string_view name);

}  // namespace corral::migrations

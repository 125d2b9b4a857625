#pragma once

#include <string>
#include <vector>

#include "migrations/schema_change.hpp"

namespace corral::migrations {

/// One file's worth of SQL that does what several migrations do: the schema that they make, and the rows that
/// they leave in some tables. Proved: both ways were run on empty databases and gave the same schema. Throws
/// SqlError if a migration fails, not_found for a table that they do not make, conflict if the schemas
/// differ.
std::string make_baseline(const std::vector<MigrationFile>& files,
                          const std::vector<std::string>& data_tables, const MakeScratch& make_scratch);

/// Puts a baseline in the place of the migrations that it stands for: it takes the name of the last one, so
/// that every database, here and elsewhere, that has that one applied needs no change. The originals go into
/// `<folder>/squashed/`. Throws invalid_input if the pattern looks there, conflict if one is there already.
/// Done in an order that loses nothing if it is interrupted; if it fails, the files are put back.
void replace_by_baseline(const MigrationFolder& folder, const std::vector<MigrationFile>& files,
                         const std::string& baseline);

}  // namespace corral::migrations

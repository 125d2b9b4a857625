#pragma once

#include <string>
#include <vector>

#include "migrations/discovery.hpp"
#include "migrations/schema_change.hpp"
#include "migrations/status.hpp"

namespace corral::migrations {

/// How a database's schema differs from what its applied migrations give.
struct Drift {
  SchemaChange mend;  ///< from the database's schema to that of its migrations, or back
  /// Applied migrations whose files are missing, so that the comparison is without them. Squashed ones are
  /// not among them: the baseline stands for them.
  std::vector<std::string> missing;
};

/// Compares a schema (`read_schema`) with what the applied files of `status` give on an empty database;
/// pending files are left out. `reverse`: the statements are those that the migrations lack to give the
/// database's schema. Throws SqlError if one of the files fails there.
Drift find_drift(const Schema& actual, const MigrationStatus& status, const MigrationFolder& folder,
                 const MakeScratch& make_scratch, bool reverse = false);

}  // namespace corral::migrations

#include "migrations/drift.hpp"

#include "migrations/squash.hpp"

namespace corral::migrations {

Drift find_drift(const Schema& actual, const MigrationStatus& status, const MigrationFolder& folder,
                 const MakeScratch& make_scratch, bool reverse) {
  Drift drift;
  std::vector<MigrationFile> applied;
  for (const MigrationEntry& entry : status.entries) {
    if (!entry.is_applied()) continue;
    if (entry.path) {
      applied.push_back({.name = entry.name, .path = *entry.path});
    } else if (!is_squashed(folder, entry.name)) {
      drift.missing.push_back(entry.name);
    }
  }
  const std::unique_ptr<SqlDatabase> expected = make_scratch();
  replay(*expected, applied);
  const Schema wanted = read_schema(*expected, folder.table);
  drift.mend =
      reverse ? schema_change(wanted, actual, make_scratch) : schema_change(actual, wanted, make_scratch);
  return drift;
}

}  // namespace corral::migrations

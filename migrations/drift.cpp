#include "migrations/drift.hpp"

#include "migrations/squash.hpp"

namespace corral::migrations {

Drift find_drift(const Schema& actual, const MigrationStatus& status, const MigrationFolder& folder,
                 const MakeScratch& make_scratch) {
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
  drift.mend = schema_change(actual, read_schema(*expected, folder.table), make_scratch);
  return drift;
}

}  // namespace corral::migrations

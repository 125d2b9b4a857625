#include "migrations/trial.hpp"

#include "migrations/apply.hpp"
#include "migrations/no_records.hpp"

namespace corral::migrations {

Trial try_on_copy(SqlDatabase& copy, const std::vector<MigrationFile>& files, const std::string& table,
                  const Clock& clock, const std::function<void()>& pulse) {
  Trial trial;
  History history(copy, table);
  NoMigrationRecords records;
  const MigrationRun run{.database = copy,
                         .history = history,
                         .records = records,
                         .database_id = {},
                         .clock = clock,
                         .finished =
                             [&](const FinishedFile& file) {
                               ++trial.files;
                               trial.statements += file.statements;
                               if (!file.references_checked) trial.unchecked.push_back(file.name);
                             },
                         .pulse = pulse};
  apply(run, files, {});
  return trial;
}

}  // namespace corral::migrations

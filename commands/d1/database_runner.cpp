#include "commands/d1/database_runner.hpp"

#include <utility>

#include "backends/error.hpp"
#include "commands/sql/insight_recorder.hpp"

namespace corral::d1 {

DatabaseRunner::DatabaseRunner(Context& context, const StateOptions& state, Database database,
                               bool unrestricted)
    : context_(context),
      stores_(context.stores(state)),
      database_(std::move(database)),
      unrestricted_(unrestricted) {}

void DatabaseRunner::run(const SqlBatch& batch, SqlResults& results, bool only_reads, bool record) {
  if (!opened_ || (!is_file_ && !only_reads)) {
    is_file_ = !only_reads || stores_.d1().is_stored(database_.id);
    opened_ = stores_.d1().open(database_.id, {.create = !only_reads, .unrestricted = unrestricted_});
    if (unrestricted_ && !opened_->traits().interactive)
      throw Error(ErrorKind::unavailable, "--unrestricted works on local state only: D1 has its own rules");
  }
  if (!record) {
    opened_->run(batch, results);
    return;
  }
  InsightLog* const log = is_file_ ? stores_.insights() : nullptr;
  if (log != nullptr) log->refuse_links();
  InsightRecorder recorder(results);
  opened_->run(batch, recorder);
  if (log != nullptr) log->record(database_.id, context_.clock().now(), recorder.queries());
}

}  // namespace corral::d1

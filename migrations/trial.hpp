#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "backends/clock.hpp"
#include "backends/sql_database.hpp"
#include "migrations/discovery.hpp"

namespace corral::migrations {

/// What a trial run did.
struct Trial {
  std::size_t files = 0;
  std::uint64_t statements = 0;
  /// Files after which dangling references could not be looked for (FinishedFile::references_checked).
  std::vector<std::string> unchecked;
};

/// Applies files to a throw-away copy exactly as `apply` would apply them to the database, and leaves them
/// there. `table`: the migrations table. Throws as `apply` does; what `pulse` throws ends the trial.
Trial try_on_copy(SqlDatabase& copy, const std::vector<MigrationFile>& files, const std::string& table,
                  const Clock& clock, const std::function<void()>& pulse);

}  // namespace corral::migrations

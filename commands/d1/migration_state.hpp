#pragma once

#include <cstdint>

#include "commands/d1/target.hpp"

namespace corral::d1 {

/// How far the migrations of a database are.
struct MigrationState {
  std::uint64_t applied = 0;  ///< named in the migrations table
  std::uint64_t pending = 0;  ///< files in the folder that the table does not name
  bool has_folder = false;
};

MigrationState migration_state(Context& context, const Database& database, SqlDatabase& opened);

}  // namespace corral::d1

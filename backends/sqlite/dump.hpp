#pragma once

#include "backends/sql_database.hpp"
#include "backends/sqlite/connection.hpp"

namespace corral::sqlite {

/// See SqlDatabase::dump.
void dump(const Connection& connection, const SqlDumpOptions& options, ByteSink& sink);

}  // namespace corral::sqlite

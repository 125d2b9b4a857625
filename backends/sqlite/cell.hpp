#pragma once

#include "backends/sql_database.hpp"

struct sqlite3_stmt;

namespace corral::sqlite {

/// The value of a column (from 0) of the row that a statement stands on; its bytes live until the next step.
SqlCell cell_of(sqlite3_stmt* prepared, int column);

}  // namespace corral::sqlite

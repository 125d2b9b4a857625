#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/sql_database.hpp"

namespace corral::sql_copy {

/// Runs one SELECT, with values for its parameters ?1, ?2, ..., and calls `visit` for each row.
void query_rows(SqlDatabase& database, std::string_view select, const std::vector<SqlValue>& values,
                const std::function<void(SqlRow)>& visit);

/// Runs statements of corral's own, one after the other, in one transaction; without any it does nothing.
void run_statements(SqlDatabase& database, const std::vector<std::string>& statements);

/// Runs one statement of corral's own in one transaction, once for each set of values.
void run_for_each(SqlDatabase& database, std::string_view statement, SqlParameters& values);

/// Runs one statement outside a transaction: a PRAGMA.
void run_alone(SqlDatabase& database, std::string_view statement);

/// A value that outlives its row.
SqlValue value_of(const SqlCell& cell);

}  // namespace corral::sql_copy

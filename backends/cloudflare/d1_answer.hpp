#pragma once

#include <nlohmann/json.hpp>

#include "backends/cloudflare/api_error.hpp"
#include "backends/sql_database.hpp"
#include "backends/sql_error.hpp"

namespace corral::cloudflare {

/// Hands the results of a D1 query, a list of {"results", "success", "meta"}, to `results`. A value that is
/// an array of numbers is a BLOB.
void deliver(const nlohmann::ordered_json& answer, SqlResults& results);

/// What D1 says of SQL that it refuses: "no such table: t: SQLITE_ERROR".
SqlError refused_sql(std::string text);

/// The refusal of a query as a SqlError; nullopt if the SQL was not the reason.
std::optional<SqlError> sql_error_of(const ApiError& error);

}  // namespace corral::cloudflare

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "backends/sql_database.hpp"

namespace corral::cloudflare {

/// The spellings of a statement's parameters in the order of their numbers, as SqlParameters::begin has them:
/// ":id", "?3", or empty for a plain "?" (sqlite.org/lang_expr.html#varparam).
std::vector<std::string> parameter_names(std::string_view statement);

/// A statement with its values as the API takes them: {"sql", "params"}, the parameters as ?1, ?2, …. What
/// JSON has no exact form for (a BLOB, an integer beyond 2^53) stands in the SQL as a literal.
nlohmann::ordered_json with_values(std::string_view statement, const std::vector<SqlValue>& values);

/// A statement with literals in place of its parameters.
std::string with_literals(std::string_view statement, const std::vector<SqlValue>& values);

}  // namespace corral::cloudflare

#pragma once

#include "backends/sql_database.hpp"
#include "commands/text/json.hpp"

namespace corral {

/// Converts a JSON value to SQL: true and false become 1 and 0, numbers without fraction or exponent integers
/// (REAL beyond 64 bits), arrays and objects their JSON text.
SqlValue sql_value_of_json(const Json& json);

}  // namespace corral

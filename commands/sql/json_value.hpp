#pragma once

#include "backends/sql_database.hpp"
#include "commands/text/json.hpp"

namespace corral {

/// A JSON value as a value of SQL: true and false are 1 and 0, numbers without fraction or exponent integers
/// (beyond 64 bits REAL), arrays and objects their JSON text.
SqlValue sql_value_of_json(const Json& json);

}  // namespace corral

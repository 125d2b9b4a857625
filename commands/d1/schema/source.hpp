#pragma once

#include <string>

#include "commands/command/context.hpp"
#include "migrations/schema.hpp"

namespace corral::d1 {

/// The schema of a database (given by name, binding or id) or, if the argument is a folder, the schema that
/// its migrations produce. Omits the migrations table. Throws not_found if it is neither, SqlError if a
/// migration fails.
migrations::Schema schema_of(Context& context, const StateOptions& state, const std::string& word);

}  // namespace corral::d1

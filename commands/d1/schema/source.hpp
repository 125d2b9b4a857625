#pragma once

#include <string>

#include "commands/command/context.hpp"
#include "migrations/schema.hpp"

namespace corral::d1 {

/// The schema of a database (its name, binding or id) or, if the word names a folder, the one that the
/// migrations in it make. The migrations table is left out. Throws not_found for a word that is neither,
/// SqlError for a migration that fails.
migrations::Schema schema_of(Context& context, const StateOptions& state, const std::string& word);

}  // namespace corral::d1

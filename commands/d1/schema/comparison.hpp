#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "commands/d1/target.hpp"
#include "commands/text/json.hpp"
#include "migrations/schema_change.hpp"

namespace corral::d1 {

/// What a database's schema is compared with when the command line names nothing.
enum class Reference {
  local,       ///< the local database that an account's stands beside
  migrations,  ///< what the applied files of its migrations give
};

/// "local", "migrations".
std::string_view name_of(Reference reference) noexcept;

/// One comparison of a database's schema.
struct SchemaComparison {
  Reference with{};
  std::string impossible = {};            ///< why there is nothing to compare with; empty: it was compared
  migrations::SchemaChange change = {};   ///< from the database's schema to the other, or back
  std::vector<std::string> missing = {};  ///< applied migrations without a file (migrations::Drift)
};

/// Compares the schema of a database with each reference. `reverse`: the changes lead to the database's
/// schema. Throws what reading a schema throws, SqlError for a migration that fails on an empty database.
std::vector<SchemaComparison> compare_schema(Context& context, const DatabaseOptions& options,
                                             const std::vector<Reference>& references, bool reverse);

/// {"statements", "rebuilt", "proved"}.
Json json_of(const migrations::SchemaChange& change);

/// Warns of what the statements do besides changing the schema, and where they fall short.
void warn_of(const migrations::SchemaChange& change, Output& out);

}  // namespace corral::d1

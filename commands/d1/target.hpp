#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands/command/context.hpp"

namespace corral {
class Arguments;
}

namespace corral::d1 {

/// The D1 database that a command line refers to.
struct DatabaseOptions {
  std::string name;  ///< a database's name, its binding in the config, or its id
  StateOptions state;
};

/// Adds the positional argument `positional` ("database" or "name", as in wrangler) and the state options.
void add_database_options(Arguments& arguments, DatabaseOptions& options, const std::string& positional);

/// An existing database: in the config, in the registry or only on disk.
struct Database {
  std::string id;                             ///< its id in the local state
  std::string name;                           ///< for display: its name, else its binding, else its id
  const D1DatabaseBinding* config = nullptr;  ///< its config entry, if any
  std::optional<Resource> made_here;          ///< its registry entry, if any
};

/// The local id of a config entry: preview_database_id, else database_id, else the binding
/// (docs/reference/config.md).
const std::string& local_id(const D1DatabaseBinding& binding);

/// Finds a database by name or binding, then by id: in the config, then in the registry, then on disk. Throws
/// not_found, listing the existing ones; invalid_input if the config's d1_databases are malformed.
Database find_database(Context& context, const DatabaseOptions& options);

/// Opens the database that the options name.
std::unique_ptr<SqlDatabase> open_database(Context& context, const DatabaseOptions& options,
                                           const SqlOpenOptions& how);

/// Every database in the config or the registry, each once, those in the config first.
std::vector<Database> known_databases(Context& context, const StateOptions& state);

}  // namespace corral::d1

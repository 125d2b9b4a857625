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

/// How a command line names a D1 database.
struct DatabaseOptions {
  std::string name;  ///< a database's name, its binding in the config, or its id
  StateOptions state;
};

/// Adds the positional `positional` ("database" or "name", as wrangler calls it) and the state options.
void add_database_options(Arguments& arguments, DatabaseOptions& options, const std::string& positional);

/// A database that exists: in the config, in the registry, or at least on disk.
struct Database {
  std::string id;                             ///< as the local state names it
  std::string name;                           ///< for people: its name, else its binding, else its id
  const D1DatabaseBinding* config = nullptr;  ///< its entry in the config, if it has one
  std::optional<Resource> made_here;          ///< its entry in the registry, if it has one
};

/// The id that an entry of the config has locally: preview_database_id, else database_id, else the binding
/// (docs/reference/config.md).
const std::string& local_id(const D1DatabaseBinding& binding);

/// Finds a database by name or binding, then by id, in the config, then in the registry, then on disk. Throws
/// not_found, naming those there are; invalid_input for a config whose d1_databases are wrong.
Database find_database(Context& context, const DatabaseOptions& options);

/// Opens the database that the options name.
std::unique_ptr<SqlDatabase> open_database(Context& context, const DatabaseOptions& options,
                                           const SqlOpenOptions& how);

/// Every database that the config or the registry knows, each once: those of the config first.
std::vector<Database> known_databases(Context& context, const StateOptions& state);

}  // namespace corral::d1

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/command/context.hpp"
#include "commands/command/state_options.hpp"

namespace corral {
class Arguments;
}

namespace corral::d1 {

/// The D1 database that a command line refers to.
struct DatabaseOptions {
  std::string name;      ///< a database's name, its binding in the config, or its id
  bool preview = false;  ///< --preview: the preview_database_id of its entry in the config
  StateOptions state;
};

/// Adds the positional argument `positional` ("database" or "name", as in wrangler) and the state options.
void add_database_options(Arguments& arguments, DatabaseOptions& options, const std::string& positional,
                          Reach reach = Reach::state_folder);

/// Adds --preview.
void add_preview_option(Arguments& arguments, DatabaseOptions& options);

/// An existing database: in the config, in the registry or only on disk; or an account's.
struct Database {
  std::string id = {};                        ///< its id in the local state, or in the account
  std::string name = {};                      ///< for display: its name, else its binding, else its id
  const D1DatabaseBinding* config = nullptr;  ///< its config entry, if any
  std::optional<Resource> made_here = {};     ///< its registry entry, if any
  std::string description = {};               ///< what the account says of it: D1Database::description
};

/// The local id of a config entry: preview_database_id, else database_id, else the binding
/// (docs/reference/config.md).
const std::string& local_id(const D1DatabaseBinding& binding);

/// Finds a database by name or binding, then by id: in the config, then in the registry and on disk, or in
/// the account. Throws not_found, listing the existing ones; invalid_input if the config's d1_databases are
/// malformed.
Database find_database(Context& context, const DatabaseOptions& options);

/// Opens the database that the options name.
std::unique_ptr<SqlDatabase> open_database(Context& context, const DatabaseOptions& options,
                                           const SqlOpenOptions& how);

/// Every database in the config or the registry, each once, those in the config first; or the account's.
std::vector<Database> known_databases(Context& context, const StateOptions& state);

/// The config's entry for a database, found by name, binding or id; nullptr: it has none.
const D1DatabaseBinding* find_in_config(Context& context, std::string_view name);

/// The database as questions name it: "\"shop\"", "\"shop\" of account 0123abcd".
std::string in_question(Context& context, const StateOptions& state, const Database& database);

/// What a command line needs besides to work on the same place: " --remote", or nothing.
std::string place_flag(Context& context, const StateOptions& state);

}  // namespace corral::d1

#include "commands/d1/target.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/config_check.hpp"
#include "commands/command/other_environments.hpp"
#include "commands/command/state_options.hpp"

namespace corral::d1 {

void add_database_options(Arguments& arguments, DatabaseOptions& options, const std::string& positional) {
  required(value_name(add_text(arguments, positional, options.name, "Name, binding or id of the database"),
                      "DATABASE"));
  add_state_options(arguments, options.state);
}

const std::string& local_id(const D1DatabaseBinding& binding) {
  if (binding.preview_database_id) return *binding.preview_database_id;
  return binding.database_id ? *binding.database_id : binding.binding;
}

namespace {

Database from_config(const D1DatabaseBinding& binding) {
  Database database;
  database.id = local_id(binding);
  database.name = binding.database_name.value_or(binding.binding);
  database.config = &binding;
  return database;
}

Database from_registry(Resource resource) {
  Database database;
  database.id = resource.id;
  database.name = resource.name;
  database.made_here = std::move(resource);
  return database;
}

const D1DatabaseBinding* find_in(const Project& project, std::string_view name) {
  const auto find = [&](auto&& matches) -> const D1DatabaseBinding* {
    const auto found = std::find_if(project.d1_databases.begin(), project.d1_databases.end(), matches);
    return found == project.d1_databases.end() ? nullptr : &*found;
  };
  const auto* const by_name =
      find([&](const D1DatabaseBinding& one) { return one.database_name == name || one.binding == name; });
  if (by_name != nullptr) return by_name;
  return find([&](const D1DatabaseBinding& one) {
    return one.database_id == name || one.preview_database_id == name;
  });
}

Error not_found(Context& context, const DatabaseOptions& options) {
  std::string known;
  for (const Database& database : known_databases(context, options.state)) {
    known += fmt::format("{}{}", known.empty() ? "" : ", ", shown(database.name));
  }
  const auto& config = context.project().config_file();
  const std::string& environment = context.project().project().environment;
  return {ErrorKind::not_found,
          fmt::format("no D1 database \"{}\" {}{}; there {}", shown(options.name),
                      config ? "in " + shown(config->filename().native()) : "was made here",
                      environment.empty() ? "" : fmt::format(" (environment {})", shown(environment)),
                      known.empty() ? "are none" : "are: " + known),
          hint_of_environments(
              context, [&](const Project& other) { return find_in(other, options.name) != nullptr; },
              fmt::format("make it with 'corral d1 create {}'", shown(options.name)))};
}

}  // namespace

Database find_database(Context& context, const DatabaseOptions& options) {
  if (options.name.empty()) {
    throw Error(ErrorKind::usage, "the name of the database is empty",
                "'corral d1 list' shows those there are");
  }
  Stores& stores = context.stores(options.state);
  if (context.project().config_file()) {
    const Project& project = require_section(context, ConfigSection::d1_databases);
    if (const D1DatabaseBinding* const binding = find_in(project, options.name)) return from_config(*binding);
  }
  Registry& registry = stores.registry();
  if (auto made = registry.find_name(ResourceKind::d1_database, options.name))
    return from_registry(std::move(*made));
  if (auto made = registry.find_id(ResourceKind::d1_database, options.name))
    return from_registry(std::move(*made));
  if (stores.d1().is_stored(options.name)) {
    Database database;
    database.id = options.name;
    database.name = options.name;
    return database;
  }
  throw not_found(context, options);
}

std::unique_ptr<SqlDatabase> open_database(Context& context, const DatabaseOptions& options,
                                           const SqlOpenOptions& how) {
  const Database database = find_database(context, options);
  return context.stores(options.state).d1().open(database.id, how);
}

std::vector<Database> known_databases(Context& context, const StateOptions& state) {
  std::vector<Database> databases;
  if (context.project().config_file()) {
    for (const D1DatabaseBinding& binding :
         require_section(context, ConfigSection::d1_databases).d1_databases) {
      databases.push_back(from_config(binding));
    }
  }
  for (Resource& resource : context.stores(state).registry().list(ResourceKind::d1_database)) {
    const auto same = std::find_if(databases.begin(), databases.end(),
                                   [&](const Database& one) { return one.id == resource.id; });
    if (same != databases.end()) {
      same->made_here = std::move(resource);
    } else {
      databases.push_back(from_registry(std::move(resource)));
    }
  }
  return databases;
}

}  // namespace corral::d1

#include "commands/d1/target.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/d1_databases.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/config_check.hpp"
#include "commands/command/other_environments.hpp"
#include "commands/command/state_options.hpp"

namespace corral::d1 {

void add_database_options(Arguments& arguments, DatabaseOptions& options, const std::string& positional,
                          Reach reach) {
  required(value_name(add_text(arguments, positional, options.name, "Name, binding or id of the database"),
                      "DATABASE"));
  add_state_options(arguments, options.state, reach);
}

void add_preview_option(Arguments& arguments, DatabaseOptions& options) {
  add_flag(arguments, "--preview", options.preview,
           "Use the binding's preview_database_id (local data is always that one's)");
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

Database known(D1Database one) {
  Database database;
  database.id = std::move(one.id);
  database.name = std::move(one.name);
  database.made_here = std::move(one.registered);
  database.description = std::move(one.description);
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

/// The database of a config's entry, where the command works.
Database find_configured(Context& context, const DatabaseOptions& options, const D1DatabaseBinding& binding) {
  const bool by_name = binding.database_name == options.name || binding.binding == options.name;
  Database database = from_config(binding);
  database.id = context.stores(options.state)
                    .d1_databases()
                    .id_of_binding({.binding = binding.binding,
                                    .name = binding.database_name,
                                    .id = binding.database_id,
                                    .preview_id = binding.preview_database_id,
                                    .worker = context.project().project().name,
                                    .asked_id = by_name ? std::nullopt : std::optional(options.name),
                                    .preview = options.preview});
  return database;
}

Error not_found(Context& context, const DatabaseOptions& options) {
  std::string known;
  for (const Database& database : known_databases(context, options.state)) {
    known += fmt::format("{}{}", known.empty() ? "" : ", ", shown(database.name));
  }
  const std::string owner = context.stores(options.state).d1_databases().owner();
  const auto& config = context.project().config_file();
  const std::string& environment = context.project().project().environment;
  const std::string place = !owner.empty() ? owner.substr(1)
                            : config       ? "in " + shown(config->filename().native())
                                           : "was created here";
  return {ErrorKind::not_found,
          fmt::format("no D1 database \"{}\" {}{}; there {}", shown(options.name), place,
                      environment.empty() ? "" : fmt::format(" (environment {})", shown(environment)),
                      known.empty() ? "are none" : "are: " + known),
          hint_of_environments(
              context, [&](const Project& other) { return find_in(other, options.name) != nullptr; },
              fmt::format("make it with 'corral d1 create {}{}'", shown(options.name),
                          owner.empty() ? "" : " --remote"))};
}

}  // namespace

const D1DatabaseBinding* find_in_config(Context& context, std::string_view name) {
  if (!context.project().config_file()) return nullptr;
  return find_in(require_section(context, ConfigSection::d1_databases), name);
}

Database find_database(Context& context, const DatabaseOptions& options) {
  if (options.name.empty()) {
    throw Error(ErrorKind::usage, "the name of the database is empty",
                "'corral d1 list' shows those there are");
  }
  D1Databases& databases = context.stores(options.state).d1_databases();
  if (const D1DatabaseBinding* const binding = find_in_config(context, options.name))
    return find_configured(context, options, *binding);
  if (auto found = databases.find(options.name)) return known(std::move(*found));
  throw not_found(context, options);
}

std::unique_ptr<SqlDatabase> open_database(Context& context, const DatabaseOptions& options,
                                           const SqlOpenOptions& how) {
  const Database database = find_database(context, options);
  return context.stores(options.state).d1().open(database.id, how);
}

std::vector<Database> known_databases(Context& context, const StateOptions& state) {
  D1Databases& databases = context.stores(state).d1_databases();
  std::vector<Database> all;
  const Project* const project =
      context.project().config_file() ? &require_section(context, ConfigSection::d1_databases) : nullptr;
  if (project != nullptr && databases.made_by_first_write()) {
    for (const D1DatabaseBinding& binding : project->d1_databases) all.push_back(from_config(binding));
  }
  for (D1Database& one : databases.list()) {
    const auto same =
        std::find_if(all.begin(), all.end(), [&](const Database& other) { return other.id == one.id; });
    if (same != all.end()) {
      same->made_here = std::move(one.registered);
      continue;
    }
    Database& added = all.emplace_back(known(std::move(one)));
    if (project == nullptr) continue;
    for (const D1DatabaseBinding& binding : project->d1_databases) {
      if (binding.database_id == added.id) added.config = &binding;
    }
  }
  return all;
}

std::string in_question(Context& context, const StateOptions& state, const Database& database) {
  return fmt::format("\"{}\"{}", shown(database.name), context.stores(state).d1_databases().owner());
}

std::string place_flag(Context& context, const StateOptions& state) {
  return context.stores(state).d1_databases().owner().empty() ? "" : " --remote";
}

}  // namespace corral::d1

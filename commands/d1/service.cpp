#include "commands/d1/commands.hpp"

namespace corral::d1 {

namespace {

std::vector<Command> migrations_commands() {
  return {migrations_create(),   migrations_list(),    migrations_status(),   migrations_apply(),
          migrations_rollback(), migrations_resolve(), migrations_baseline(), migrations_lint(),
          migrations_squash(),   migrations_seed()};
}

std::vector<Command> schema_commands() {
  return {schema_dump(), schema_diff()};
}

std::vector<Command> time_travel_commands() {
  return {time_travel_info(), time_travel_restore(), time_travel_bookmark(), time_travel_list()};
}

std::vector<Command> commands() {
  return {
      create(),
      list(),
      info(),
      delete_database(),
      execute(),
      export_database(),
      import(),
      shell(),
      explain(),
      path(),
      restore(),
      insights(),
      {.names = {"migrations"}, .summary = "Change the schema step by step", .children = migrations_commands},
      {.names = {"schema"}, .summary = "Print and compare schemas", .children = schema_commands},
      {.names = {"time-travel"},
       .summary = "Go back to what a database was: bookmarks of the last 30 days",
       .children = time_travel_commands}};
}

}  // namespace

Command service() {
  return {.names = {"d1"}, .summary = "D1: SQL databases", .children = commands};
}

}  // namespace corral::d1

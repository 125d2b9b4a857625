#include "commands/d1/commands.hpp"

namespace corral::d1 {

// Each command is declared and implemented in the file of the same name.
Command create();
Command list();
Command info();
Command delete_database();
Command execute();
Command export_database();
Command import();
Command shell();
Command explain();
Command path();
Command restore();
Command insights();

// migrations/
Command migrations_create();
Command migrations_list();
Command migrations_status();
Command migrations_apply();
Command migrations_rollback();
Command migrations_resolve();
Command migrations_baseline();
Command migrations_lint();
Command migrations_check();
Command migrations_squash();
Command migrations_seed();

// schema/
Command schema_dump();
Command schema_diff();

// time_travel/
Command time_travel_bookmark();
Command time_travel_info();
Command time_travel_list();
Command time_travel_restore();

namespace {

std::vector<Command> migrations_commands() {
  return {migrations_create(),   migrations_list(),    migrations_status(),   migrations_apply(),
          migrations_rollback(), migrations_resolve(), migrations_baseline(), migrations_lint(),
          migrations_check(),    migrations_squash(),  migrations_seed()};
}

std::vector<Command> schema_commands() {
  return {schema_dump(), schema_diff()};
}

std::vector<Command> time_travel_commands() {
  return {time_travel_info(), time_travel_restore(), time_travel_bookmark(), time_travel_list()};
}

std::vector<Command> commands() {
  return {create(),
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
          {.names = {"migrations"},
           .summary = "Change the schema with migration files",
           .children = migrations_commands},
          {.names = {"schema"}, .summary = "Print and compare schemas", .children = schema_commands},
          {.names = {"time-travel"},
           .summary = "Bookmarks of the last 30 days, and the way back to them",
           .children = time_travel_commands}};
}

}  // namespace

Command service() {
  return {.names = {"d1"}, .summary = "D1: SQL databases", .children = commands};
}

}  // namespace corral::d1

#include "commands/d1/commands.hpp"
#include "commands/d1/migrations/commands.hpp"
#include "commands/d1/schema/commands.hpp"
#include "commands/d1/time_travel/commands.hpp"

namespace corral::d1 {

namespace {

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
          migrations_group(),
          schema_group(),
          time_travel_group()};
}

}  // namespace

Command service() {
  return {.names = {"d1"}, .summary = "D1: SQL databases", .children = commands};
}

}  // namespace corral::d1

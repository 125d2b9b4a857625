#include "commands/d1/migrations/commands.hpp"

namespace corral::d1 {

namespace {

std::vector<Command> commands() {
  return {migrations_create(),   migrations_list(),    migrations_status(),   migrations_apply(),
          migrations_rollback(), migrations_resolve(), migrations_baseline(), migrations_lint(),
          migrations_squash(),   migrations_seed()};
}

}  // namespace

Command migrations_group() {
  return {.names = {"migrations"}, .summary = "Change the schema step by step", .children = commands};
}

}  // namespace corral::d1

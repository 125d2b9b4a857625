#include "commands/state/commands.hpp"

namespace corral::state {

namespace {

std::vector<Command> commands() {
  // clang-format off
  return {
      info(),
      path(),
      save(),
      restore(),
      list(),
      delete_snapshot(),
      diff(),
      exec(),
      export_state(),
      import_state(),
      check(),
      repair(),
      gc(),
      reset(),
      copy(),
  };
  // clang-format on
}

}  // namespace

Command service() {
  return {.names = {"state"},
          .summary = "The whole local state: keep it, move it, look after it",
          .children = commands};
}

}  // namespace corral::state

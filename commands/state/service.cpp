#include "commands/state/commands.hpp"

namespace corral::state {

namespace {

std::vector<Command> commands() {
  // clang-format off
  return {
      save(),
      restore(),
      list(),
      delete_snapshot(),
      diff(),
      export_state(),
      import_state(),
      exec(),
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

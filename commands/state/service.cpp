#include "commands/state/commands.hpp"

namespace corral::state {

// Each command is declared and implemented in the file of the same name.
Command save();
Command restore();
Command list();
Command delete_snapshot();
Command diff();
Command pull();
Command push();
Command export_state();
Command import_state();
Command exec();
Command info();
Command path();
Command check();
Command repair();
Command gc();
Command reset();
Command copy();

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
      pull(),
      push(),
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
          .summary = "The whole local state: save, restore, move, check",
          .children = commands};
}

}  // namespace corral::state

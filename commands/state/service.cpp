#include "commands/state/commands.hpp"

namespace corral::state {

namespace {

std::vector<Command> commands() {
  return {info(), path(), check(), repair(), gc(), reset(), copy()};
}

}  // namespace

Command service() {
  return {.names = {"state"},
          .summary = "The whole local state: keep it, move it, look after it",
          .children = commands};
}

}  // namespace corral::state

#include "commands/d1/commands.hpp"

namespace corral::d1 {

namespace {

std::vector<Command> commands() {
  return {create(), list(),    info(), delete_database(), execute(), export_database(), import(),
          shell(),  explain(), path(), restore(),         insights()};
}

}  // namespace

Command service() {
  return {.names = {"d1"}, .summary = "D1: SQL databases", .children = commands};
}

}  // namespace corral::d1

#include "commands/d1/time_travel/commands.hpp"

namespace corral::d1 {

namespace {

std::vector<Command> commands() {
  return {time_travel_info(), time_travel_restore(), time_travel_bookmark(), time_travel_list()};
}

}  // namespace

Command time_travel_group() {
  return {.names = {"time-travel"},
          .summary = "Go back to what a database was: bookmarks of the last 30 days",
          .children = commands};
}

}  // namespace corral::d1

#include <memory>

#include "commands/command/arguments.hpp"
#include "commands/command/context.hpp"
#include "commands/command/state_options.hpp"
#include "commands/state/commands.hpp"
#include "commands/text/json_text.hpp"

namespace corral::state {

namespace {

Run declare(Arguments& arguments) {
  auto options = std::make_shared<StateOptions>();
  add_state_options(arguments, *options);
  return [options](Context& context) {
    const std::string path = context.stores(*options).state_root().native();
    Output& out = context.out();
    out.data((out.json_requested() ? json_string(path) : path) + "\n");
  };
}

}  // namespace

Command path() {
  return {.names = {"path"},
          .summary = "Print the folder of the local state",
          .examples = {"corral state path", "corral state path --persist-to /tmp/other"},
          .declare = declare,
          .reads_only = true};
}

}  // namespace corral::state

#include <memory>

#include "commands/arguments.hpp"
#include "commands/context.hpp"
#include "commands/json_text.hpp"
#include "commands/state/commands.hpp"
#include "commands/state_options.hpp"

namespace corral::state {

namespace {

Run declare(CLI::App& app) {
  auto options = std::make_shared<StateOptions>();
  add_state_options(app, *options);
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

#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/text.hpp"
#include "commands/arguments.hpp"
#include "commands/state/commands.hpp"
#include "commands/state/options.hpp"
#include "commands/state_options.hpp"

namespace corral::state {

namespace {

struct Options {
  StateOptions state;
  std::string name;
  bool force = false;
};

void run(const Options& options, Context& context) {
  StateSnapshots& snapshots = context.stores(options.state).snapshots();
  confirm_for_snapshot(context, snapshots, options.name,
                       fmt::format("Delete snapshot \"{}\"?", shown(options.name)), options.force);
  snapshots.remove(options.name);
  context.out().note(fmt::format("deleted snapshot \"{}\"", shown(options.name)));
}

Run declare(CLI::App& app) {
  auto options = std::make_shared<Options>();
  value_name(required(add_text(app, "name", options->name, "The snapshot")), "NAME");
  add_flag(app, "--force,-y", options->force, "Do not ask");
  add_state_options(app, options->state);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command delete_snapshot() {
  return {.names = {"delete"},
          .summary = "Delete a snapshot",
          .examples = {"corral state delete base -y"},
          .declare = declare,
          .live_values = snapshot_values("name")};
}

}  // namespace corral::state

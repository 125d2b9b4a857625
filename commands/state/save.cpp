#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "commands/command/arguments.hpp"
#include "commands/command/state_options.hpp"
#include "commands/state/commands.hpp"
#include "commands/state/options.hpp"

namespace corral::state {

namespace {

struct Options {
  StateOptions state;
  std::string name;
  std::optional<std::string> only;
  bool force = false;
};

void run(const Options& options, Context& context) {
  const std::vector<StateService> services = chosen_services(options.only);
  const SnapshotInfo snapshot = context.stores(options.state)
                                    .snapshots()
                                    .save(options.name, services, context.clock().now(), options.force);
  if (context.out().json_requested()) context.out().data(json_of(snapshot, 2, 0) + "\n");
  context.out().note(fmt::format("saved \"{}\": {}", snapshot.name, summary_of(snapshot)));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  value_name(required(add_text(arguments, "name", options->name, "The name of the snapshot")), "NAME");
  add_only(arguments, options->only, "Keep only these");
  add_flag(arguments, "--force,-f", options->force, "Replace a snapshot of that name");
  add_state_options(arguments, options->state);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command save() {
  return {.names = {"save"},
          .summary = "Save the whole state under a name, even while wrangler dev writes to it",
          .examples = {"corral state save seeded", "corral state save only-data --only kv,d1"},
          .declare = declare,
          .live_values = snapshot_values("name")};
}

}  // namespace corral::state

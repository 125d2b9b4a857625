#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/state_options.hpp"
#include "commands/state/commands.hpp"
#include "commands/state/options.hpp"

namespace corral::state {

namespace {

void run(const SnapshotChoice& choice, Context& context) {
  StateSnapshots& snapshots = context.stores(choice.state).snapshots();
  confirm_for_snapshot(context, choice, fmt::format("Delete snapshot \"{}\"?", shown(choice.name)));
  snapshots.remove(choice.name);
  context.out().note(fmt::format("deleted snapshot \"{}\"", shown(choice.name)));
}

Run declare(Arguments& arguments) {
  auto choice = std::make_shared<SnapshotChoice>();
  add_snapshot_choice(arguments, *choice);
  return [choice](Context& context) { run(*choice, context); };
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

#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/state_options.hpp"
#include "commands/state/commands.hpp"
#include "commands/state/options.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::state {

namespace {

void run(const SnapshotChoice& choice, Context& context) {
  StateSnapshots& snapshots = context.stores(choice.state).snapshots();
  confirm_for_snapshot(context, choice,
                       fmt::format("Replace the state by snapshot \"{}\"?", shown(choice.name)));
  const RestoreResult result = snapshots.restore(choice.name);
  if (context.out().json_requested()) {
    Json json;
    json["name"] = choice.name;
    json["databases"] = result.databases;
    json["values"] = result.values;
    json["records"] = result.records;
    context.out().data(json_text(json, 2) + "\n");
  }
  context.out().note(result.changed()
                         ? fmt::format("restored \"{}\": {}, {} and {} were not as they are in it",
                                       shown(choice.name), counted(result.databases, "database", "databases"),
                                       counted(result.values, "value", "values"),
                                       counted(result.records, "record", "records"))
                         : fmt::format("the state is as in \"{}\" already", shown(choice.name)));
}

Run declare(Arguments& arguments) {
  auto choice = std::make_shared<SnapshotChoice>();
  add_snapshot_choice(arguments, *choice);
  return [choice](Context& context) { run(*choice, context); };
}

}  // namespace

Command restore() {
  return {.names = {"restore"},
          .summary = "Replace the state with a snapshot, even while wrangler dev has it open",
          .examples = {"corral state restore base -y"},
          .declare = declare,
          .live_values = snapshot_values("name")};
}

}  // namespace corral::state

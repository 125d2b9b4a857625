#include <memory>
#include <string>

#include "commands/command/arguments.hpp"
#include "commands/command/state_options.hpp"
#include "commands/state/commands.hpp"
#include "commands/state/options.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::state {

namespace {

void run(const StateOptions& state, Context& context) {
  Output& out = context.out();
  const std::vector<SnapshotInfo> snapshots = context.stores(state).snapshots().list();
  if (!out.for_person()) {
    std::string json = snapshots.empty() ? "[" : "[\n";
    for (const SnapshotInfo& snapshot : snapshots) {
      if (&snapshot != &snapshots.front()) json += ",\n";
      json += "  " + json_of(snapshot, 2, 1);
    }
    out.data(json + (snapshots.empty() ? "]\n" : "\n]\n"));
    return;
  }
  if (snapshots.empty()) {
    out.note("no snapshots here; take one with 'corral state save NAME'");
    return;
  }
  Table table({{"name"},
               {"saved (UTC)"},
               {"services"},
               {"databases", Table::Align::right},
               {"values", Table::Align::right},
               {"size", Table::Align::right}});
  for (const SnapshotInfo& snapshot : snapshots) {
    if (!snapshot.problem.empty()) {
      out.warning(snapshot.problem);
      table.add({snapshot.name, "unreadable", "", "", "", ""});
      continue;
    }
    table.add({snapshot.name, readable_time(snapshot.created_at), words_of(snapshot.services),
               std::to_string(snapshot.databases), std::to_string(snapshot.values),
               readable_size(snapshot.bytes)});
  }
  table.print(out);
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<StateOptions>();
  add_state_options(arguments, *options);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command list() {
  return {.names = {"list"},
          .summary = "List the snapshots, oldest first",
          .examples = {"corral state list", "corral state list --json"},
          .declare = declare,
          .reads_only = true};
}

}  // namespace corral::state

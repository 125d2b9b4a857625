#include <memory>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/text.hpp"
#include "commands/arguments.hpp"
#include "commands/json_text.hpp"
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
                       fmt::format("Replace the state by snapshot \"{}\"?", shown(options.name)),
                       options.force);
  const RestoreResult result = snapshots.restore(options.name);
  if (context.out().json_requested()) {
    nlohmann::ordered_json json;
    json["name"] = options.name;
    json["databases"] = result.databases;
    json["values"] = result.values;
    json["records"] = result.records;
    context.out().data(json_text(json, 2) + "\n");
  }
  context.out().note(
      result.changed() ? fmt::format("restored \"{}\": {}, {} and {} were not as they are in it",
                                     shown(options.name), counted(result.databases, "database", "databases"),
                                     counted(result.values, "value", "values"),
                                     counted(result.records, "record", "records"))
                       : fmt::format("the state is as in \"{}\" already", shown(options.name)));
}

Run declare(CLI::App& app) {
  auto options = std::make_shared<Options>();
  value_name(required(add_text(app, "name", options->name, "The snapshot")), "NAME");
  add_flag(app, "--force,-y", options->force, "Do not ask");
  add_state_options(app, options->state);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command restore() {
  return {.names = {"restore"},
          .summary = "Replace the state by a snapshot, also while wrangler dev has it open",
          .examples = {"corral state restore base -y"},
          .declare = declare,
          .live_values = snapshot_values("name")};
}

}  // namespace corral::state

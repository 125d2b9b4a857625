#include "commands/command/context.hpp"
#include "commands/state/commands.hpp"
#include "commands/state/options.hpp"

namespace corral::state {

namespace {

std::vector<std::string> snapshot_names(Context& context, const CompletionRequest& request) {
  StateOptions state;
  state.persist_to = request.option("--persist-to");
  std::vector<std::string> names;
  for (const SnapshotInfo& snapshot : context.stores(state).snapshots().list()) {
    if (snapshot.name.starts_with(request.prefix)) names.push_back(snapshot.name);
  }
  return names;
}

}  // namespace

std::vector<LiveValues> snapshot_values(std::string_view argument) {
  return {{.argument = argument, .complete = snapshot_names}};
}

}  // namespace corral::state

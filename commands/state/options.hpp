#pragma once

#include <string>
#include <vector>

#include "commands/command/context.hpp"
#include "commands/command/state_options.hpp"

namespace corral {
class Arguments;
}

namespace corral::state {

/// Adds --only, which takes a comma-separated list: "--only kv,d1".
void add_only(Arguments& arguments, std::optional<std::string>& only, const std::string& description);

/// The services given by --only; all if it was not given. Throws usage for an unknown service.
std::vector<StateService> chosen_services(const std::optional<std::string>& only);

/// "kv, d1, r2".
std::string words_of(const std::vector<StateService>& services);

/// The options of commands that act on one snapshot.
struct SnapshotChoice {
  StateOptions state;
  std::string name;
  bool force = false;
};

/// Adds the snapshot's name, --force (-y) and the state options.
void add_snapshot_choice(Arguments& arguments, SnapshotChoice& choice);

/// Prompts before acting on the snapshot, unless it does not exist, which the following call reports. Throws
/// as `confirm` does.
void confirm_for_snapshot(Context& context, const SnapshotChoice& choice, std::string_view question);

/// A snapshot as JSON, as the commands print it in a pipe.
std::string json_of(const SnapshotInfo& snapshot, int indent, int depth);

/// "3 databases, 12 values, 1.5 MiB".
std::string summary_of(const SnapshotInfo& snapshot);

/// "1 database", "2 databases".
std::string counted(std::uint64_t count, std::string_view one, std::string_view many);

}  // namespace corral::state

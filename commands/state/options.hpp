#pragma once

#include <string>
#include <vector>

#include "commands/command/context.hpp"
#include "commands/command/state_options.hpp"

namespace corral {
class Arguments;
}

namespace corral::state {

/// Adds --only, which takes a list: "--only kv,d1".
void add_only(Arguments& arguments, std::optional<std::string>& only, const std::string& description);

/// The services that --only names; all of them if it was not given. Throws usage for a word that is none.
std::vector<StateService> chosen_services(const std::optional<std::string>& only);

/// "kv, d1, r2".
std::string words_of(const std::vector<StateService>& services);

/// What a command takes that does something with one snapshot.
struct SnapshotChoice {
  StateOptions state;
  std::string name;
  bool force = false;
};

/// Adds the snapshot's name, --force (-y) and the state options.
void add_snapshot_choice(Arguments& arguments, SnapshotChoice& choice);

/// Asks before something is done with the snapshot, unless there is none of this name: that is for the call
/// behind it to say. Throws as `confirm` does.
void confirm_for_snapshot(Context& context, const SnapshotChoice& choice, std::string_view question);

/// What a snapshot is, as the commands print it: JSON in a pipe.
std::string json_of(const SnapshotInfo& snapshot, int indent, int depth);

/// "3 databases, 12 values, 1.5 MiB".
std::string summary_of(const SnapshotInfo& snapshot);

/// "1 database", "2 databases".
std::string counted(std::uint64_t count, std::string_view one, std::string_view many);

}  // namespace corral::state

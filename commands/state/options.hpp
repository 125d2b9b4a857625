#pragma once

#include <string>
#include <vector>

#include "commands/context.hpp"

namespace CLI {
class App;
}

namespace corral::state {

/// Adds --only, which takes a list: "--only kv,d1".
void add_only(CLI::App& app, std::optional<std::string>& only, const std::string& description);

/// The services that --only names; all of them if it was not given. Throws usage for a word that is none.
std::vector<StateService> chosen_services(const std::optional<std::string>& only);

/// "kv, d1, r2".
std::string words_of(const std::vector<StateService>& services);

/// Asks before something is done with a snapshot, unless there is none of this name: that is for the call
/// behind it to say. Throws as `confirm` does.
void confirm_for_snapshot(Context& context, StateSnapshots& snapshots, const std::string& name,
                          std::string_view question, bool force);

/// What a snapshot is, as the commands print it: JSON in a pipe.
std::string json_of(const SnapshotInfo& snapshot, int indent, int depth);

/// "3 databases, 12 values, 1.5 MiB".
std::string summary_of(const SnapshotInfo& snapshot);

/// "1 database", "2 databases".
std::string counted(std::uint64_t count, std::string_view one, std::string_view many);

}  // namespace corral::state

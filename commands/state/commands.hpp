#pragma once

#include <vector>

#include "commands/command/command.hpp"

namespace corral::state {

/// `corral state`.
Command service();

/// Completions of a positional that names a snapshot.
std::vector<LiveValues> snapshot_values(std::string_view argument);

}  // namespace corral::state

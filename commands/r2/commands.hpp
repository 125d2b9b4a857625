#pragma once

#include <vector>

#include "commands/command/command.hpp"

namespace corral::r2 {

/// `corral r2`.
Command service();

/// Completions of the positionals "bucket" and "name"; and of "objectPath", "from" and "to".
std::vector<LiveValues> bucket_values();
std::vector<LiveValues> object_values();

}  // namespace corral::r2

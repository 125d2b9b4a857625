#pragma once

#include <vector>

#include "commands/command/command.hpp"

namespace corral::d1 {

/// `corral d1`.
Command service();

/// Completions of the positional that names a database ("database" or "name").
std::vector<LiveValues> database_values();

}  // namespace corral::d1

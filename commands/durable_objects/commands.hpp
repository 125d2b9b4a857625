#pragma once

#include <vector>

#include "commands/command/command.hpp"

namespace corral::durable_objects {

/// `corral do`.
Command service();

/// Completions of the positionals "class", "object" and "key", and of --name.
std::vector<LiveValues> class_values();
std::vector<LiveValues> object_values();
std::vector<LiveValues> key_values();

}  // namespace corral::durable_objects

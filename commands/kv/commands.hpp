#pragma once

#include <vector>

#include "commands/command/command.hpp"

namespace corral::kv {

/// `corral kv`.
Command service();

/// The completions of --binding, --namespace-id and --namespace; and of the positional "key" besides.
std::vector<LiveValues> namespace_values();
std::vector<LiveValues> namespace_and_key_values();

}  // namespace corral::kv

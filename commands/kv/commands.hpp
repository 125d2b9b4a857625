#pragma once

#include <cstddef>
#include <vector>

#include "commands/command/command.hpp"

namespace corral::kv {

/// `corral kv`.
Command service();

/// The longest title of a new namespace.
inline constexpr std::size_t max_title_bytes = 512;

/// Completions of --binding, --namespace-id and --namespace; and of the positional "key" as well.
std::vector<LiveValues> namespace_values();
std::vector<LiveValues> namespace_and_key_values();

}  // namespace corral::kv

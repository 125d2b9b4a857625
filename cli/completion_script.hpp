#pragma once

#include <string>

#include "commands/command.hpp"

namespace corral {

enum class Shell { bash, zsh, fish };

/// The completion script for a shell: the command words and flags of the tree with their descriptions
/// are part of it; only values (names, keys, choices) are asked of `corral __complete`.
std::string completion_script(Shell shell, const Command& root);

}  // namespace corral

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "commands/command/command.hpp"

namespace corral {

enum class Shell { bash, zsh, fish, powershell };

/// "bash", "zsh", "fish", "powershell".
std::optional<Shell> shell_of(std::string_view name) noexcept;

/// The completion script for a shell: the command words and flags of the tree with their descriptions
/// are part of it; only values (names, keys, choices) are asked of `corral __complete`. That of PowerShell
/// asks it for everything.
std::string completion_script(Shell shell, const Command& root);

}  // namespace corral

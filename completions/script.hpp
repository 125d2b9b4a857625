#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "commands/command/command.hpp"

namespace corral {

enum class Shell { bash, zsh, fish, powershell };

/// "bash", "zsh", "fish", "powershell".
std::optional<Shell> shell_of(std::string_view name) noexcept;

/// The completion script for a shell. Command names and flags with their descriptions are included; only
/// values (names, keys, choices) are queried from `corral __complete`. PowerShell's script queries
/// everything.
std::string completion_script(Shell shell, const Command& root);

}  // namespace corral

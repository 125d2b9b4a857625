#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backends/error.hpp"
#include "commands/command/command.hpp"

namespace corral {

/// The error for an unknown command in a group, with a suggestion: a command with this name further down ("kv
/// get": kv key get), a spelling of other wrangler versions ("kv:key"), a similar name, or a command that
/// only wrangler has. `path`: the group's, "corral kv"; `next`: the following argument, may be empty.
Error unknown_command(const std::vector<Command>& children, std::string_view path, std::string_view word,
                      std::string_view next);

}  // namespace corral

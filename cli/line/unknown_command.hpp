#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backends/error.hpp"
#include "commands/command/command.hpp"

namespace corral {

/// The error for a word that is not among the commands of a group, with what may have been meant: a command
/// of this name further down ("kv get": kv key get), one as other versions of wrangler wrote it ("kv:key"), a
/// word that looks alike, or a command that only wrangler has. `path`: the group's, "corral kv"; `next`: the
/// word after it, may be empty.
Error unknown_command(const std::vector<Command>& children, std::string_view path, std::string_view word,
                      std::string_view next);

}  // namespace corral

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "commands/command/project.hpp"

namespace corral {

class Context;

/// Whether a config has a binding of this name, or a resource with this name or id.
bool has_name(const Project& project, std::string_view name);

/// The hint for a name missing from the config of the environment in use: the environments that do have it
/// ("--env production has it"), or else `otherwise`.
std::string hint_of_environments(Context& context, const std::function<bool(const Project&)>& has_it,
                                 std::string otherwise);

}  // namespace corral

#pragma once

#include "commands/command/context.hpp"

namespace corral {

/// The parsed config, when a command depends on one section of it. Throws invalid_input listing every
/// problem of that section with file, line and field; problems of other sections and the config's warnings go
/// to stderr as warnings.
const Project& require_section(Context& context, ConfigSection section);

}  // namespace corral

#pragma once

#include "commands/command/context.hpp"

namespace corral {

/// The parsed config, for a command that depends on one section of it. Throws invalid_input listing every
/// problem in that section with file, line and field; problems in other sections and the config's warnings
/// are printed to stderr as warnings, each once per run.
const Project& require_section(Context& context, ConfigSection section);

}  // namespace corral

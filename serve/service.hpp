#pragma once

#include "commands/command/command.hpp"

namespace corral {

/// `corral serve`.
Command serve_command();

}  // namespace corral

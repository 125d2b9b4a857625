#pragma once

#include "commands/command/command.hpp"

namespace corral {

/// `corral which NAME`
Command which();

}  // namespace corral

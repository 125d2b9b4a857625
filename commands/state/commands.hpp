#pragma once

#include "commands/command.hpp"

namespace corral::state {

/// `corral state`. Each command below is declared and run in the file of its name.
Command service();

}  // namespace corral::state

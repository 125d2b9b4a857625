#pragma once

#include "commands/command.hpp"

namespace corral::state {

/// `corral state`. Each command below is declared and run in the file of its name.
Command service();

Command info();
Command path();
Command check();
Command repair();
Command gc();
Command reset();
Command copy();

}  // namespace corral::state

#pragma once

#include "commands/command.hpp"

namespace corral::d1 {

/// `corral d1 schema`. Each command below is declared and run in the file of its name.
Command schema_group();

Command schema_dump();
Command schema_diff();

}  // namespace corral::d1

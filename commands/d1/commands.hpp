#pragma once

#include <vector>

#include "commands/command.hpp"

namespace corral::d1 {

/// `corral d1`. Each command below is declared and run in the file of its name.
Command service();

Command create();
Command list();
Command info();
Command delete_database();
Command execute();
Command export_database();
Command import();
Command shell();
Command explain();
Command path();
Command restore();
Command insights();

/// The completions of the positional that names a database ("database" or "name").
std::vector<LiveValues> database_values();

}  // namespace corral::d1

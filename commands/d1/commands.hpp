#pragma once

#include <vector>

#include "commands/command/command.hpp"

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

/// migrations/
Command migrations_create();
Command migrations_list();
Command migrations_status();
Command migrations_apply();
Command migrations_rollback();
Command migrations_resolve();
Command migrations_baseline();
Command migrations_lint();
Command migrations_squash();
Command migrations_seed();

/// schema/
Command schema_dump();
Command schema_diff();

/// time_travel/
Command time_travel_bookmark();
Command time_travel_info();
Command time_travel_list();
Command time_travel_restore();

/// The completions of the positional that names a database ("database" or "name").
std::vector<LiveValues> database_values();

}  // namespace corral::d1

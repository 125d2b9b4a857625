#pragma once

#include "commands/command.hpp"

namespace corral::d1 {

/// `corral d1 migrations`. Each command below is declared and run in the file of its name.
Command migrations_group();

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

}  // namespace corral::d1

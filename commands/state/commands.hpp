#pragma once

#include <vector>

#include "commands/command/command.hpp"

namespace corral::state {

/// `corral state`. Each command below is declared and run in the file of its name.
Command service();

Command save();
Command restore();
Command list();
Command delete_snapshot();
Command diff();
Command export_state();
Command import_state();
Command exec();
Command info();
Command path();
Command check();
Command repair();
Command gc();
Command reset();
Command copy();

/// The completions of a positional that names a snapshot.
std::vector<LiveValues> snapshot_values(std::string_view argument);

}  // namespace corral::state

#pragma once

#include <vector>

#include "backends/state_care.hpp"
#include "commands/command/context.hpp"

namespace corral::state {

/// Checks everything and returns the problems found: in the files of `wrangler dev`, and whether corral's own
/// environments can be read.
std::vector<StateProblem> find_problems(Context& context, const StateOptions& state, bool deep);

/// Prints a table for a person, otherwise JSON.
void print_problems(const std::vector<StateProblem>& problems, Output& out);

}  // namespace corral::state

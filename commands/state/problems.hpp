#pragma once

#include <vector>

#include "backends/state_care.hpp"
#include "commands/command/context.hpp"

namespace corral::state {

/// Looks at everything and returns what is not as it must be: the files of `wrangler dev`, and whether
/// corral's own environments can be read.
std::vector<StateProblem> find_problems(Context& context, const StateOptions& state, bool deep);

/// A table for a person, else JSON.
void print_problems(const std::vector<StateProblem>& problems, Output& out);

}  // namespace corral::state

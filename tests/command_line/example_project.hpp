#pragma once

#include "tests/command_line/shell.hpp"

namespace corral::testing {

/// Fills the folder with what the examples of the help speak of: a config with bindings of every kind, files,
/// and some of everything in the state.
void make_example_project(Shell& shell);

}  // namespace corral::testing

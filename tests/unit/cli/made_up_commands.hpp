#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/runtime_context.hpp"
#include "commands/command/command.hpp"
#include "tests/fixed_environment.hpp"

namespace corral::testing {

/// A tree with a command for everything that the command line can do:
///
///   kv (keyvalue)   key (k)  get put list(ls)
///   show            prints its arguments, one a line, as name=value
///   note fail crash check ask count wait edit sql copy secret
std::vector<Command> made_up_commands();

/// Services whose project has the environment and folder it was asked for.
Services made_up_services();

/// The result of a run on pipes.
struct RunResult {
  int status = 0;
  std::string out;
  std::string err;
};

/// Runs the program in process, on the made-up tree.
RunResult run(const std::vector<std::string>& words, const std::string& input = {});

}  // namespace corral::testing

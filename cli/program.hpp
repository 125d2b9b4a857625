#pragma once

#include <string>
#include <vector>

#include "cli/console.hpp"
#include "cli/environment.hpp"
#include "cli/runtime_context.hpp"
#include "commands/command/command.hpp"
#include "completions/complete_command.hpp"

namespace corral {

/// The environment a run of the program depends on.
struct Program {
  std::vector<Command> (*commands)() = program_commands;
  Services services;
  const Environment& environment;
  const Clock& clock;
  Console& console;
};

/// Runs one command line (without the program's own name) and returns the exit status: 0 success; 1 any
/// error, including usage; 3 a check found something; 130 interrupted. If stdout is closed, a command ends
/// quietly with 0: at once if it only reads, otherwise after completing its work. If stdout cannot be
/// written, that is an error, which says whether the work is done. With --json an error is one line of JSON
/// on stderr. Changes the working directory with --cwd.
int run_program(const Program& program, const std::vector<std::string>& words);

}  // namespace corral

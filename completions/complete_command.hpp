#pragma once

#include "commands/command/command.hpp"

namespace corral {

/// `corral complete SHELL`, which prints a shell's completion script.
Command complete_command();

/// All commands of the program: the services, and those concerning the command line itself.
std::vector<Command> program_commands();

}  // namespace corral

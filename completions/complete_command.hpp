#pragma once

#include "commands/command/command.hpp"

namespace corral {

/// `corral complete SHELL`, which prints the completion script of a shell.
Command complete_command();

/// All commands of the program: the services, and those that are about the command line itself.
std::vector<Command> program_commands();

}  // namespace corral

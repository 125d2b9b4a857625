#include "cli/complete_command.hpp"

#include <memory>
#include <optional>
#include <string>

#include "cli/command_line.hpp"
#include "cli/completion_script.hpp"
#include "commands/arguments.hpp"
#include "commands/context.hpp"

namespace corral {

namespace {

Run declare(CLI::App& app) {
  auto name = std::make_shared<std::optional<std::string>>();
  required(value_name(
      add_choice(app, "shell", *name, {"bash", "zsh", "fish", "powershell"}, "The shell that is to complete"),
      "SHELL"));
  return [name](Context& context) {
    context.out().data(completion_script(shell_of(**name).value(), root_command(program_commands)));
  };
}

}  // namespace

Command complete_command() {
  return {.names = {"complete"},
          .summary = "Print the completion script of a shell",
          .examples = {"eval \"$(corral complete bash)\"", "corral complete zsh > _corral",
                       "corral complete fish > corral.fish", "corral complete powershell > corral.ps1"},
          .declare = declare,
          .reads_only = true};
}

std::vector<Command> program_commands() {
  std::vector<Command> commands = all_commands();
  commands.push_back(complete_command());
  return commands;
}

}  // namespace corral

#include "completions/complete_command.hpp"

#include <memory>
#include <optional>
#include <string>

#include "cli/line/command_line.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/context.hpp"
#include "completions/script.hpp"
#include "serve/service.hpp"

namespace corral {

namespace {

Run declare(Arguments& arguments) {
  auto name = std::make_shared<std::optional<std::string>>();
  required(value_name(
      add_choice(arguments, "shell", *name, {"bash", "zsh", "fish", "powershell"}, "Shell to complete in"),
      "SHELL"));
  return [name](Context& context) {
    context.out().data(completion_script(shell_of(**name).value(), root_command(program_commands)));
  };
}

}  // namespace

Command complete_command() {
  return {.names = {"complete", "completions"},
          .summary = "Print the completion script of a shell",
          .examples = {"eval \"$(corral completions bash)\"", "corral completions zsh > _corral",
                       "corral completions fish > corral.fish", "corral completions powershell > corral.ps1"},
          .declare = declare,
          .reads_only = true};
}

std::vector<Command> program_commands() {
  std::vector<Command> commands = all_commands();
  commands.push_back(serve_command());
  commands.push_back(complete_command());
  return commands;
}

}  // namespace corral

// Build tool: writes the completion scripts of all shells into the given folder.
#include <array>
#include <exception>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <utility>

#include "backends/files/replacement_file.hpp"
#include "cli/line/command_line.hpp"
#include "completions/complete_command.hpp"
#include "completions/script.hpp"

int main(int argc, char** argv) {
  if (argc != 2) return 1;
  try {
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);
    const corral::Command root = corral::root_command(corral::program_commands);
    const std::array scripts{
        std::pair{corral::Shell::bash, "corral.bash"}, std::pair{corral::Shell::zsh, "_corral"},
        std::pair{corral::Shell::fish, "corral.fish"}, std::pair{corral::Shell::powershell, "corral.ps1"}};
    for (const auto& [shell, name] : scripts) {
      corral::replace_file(folder / name, corral::completion_script(shell, root));
    }
    return 0;
  } catch (const std::exception& error) {
    corral::write_fully(STDERR_FILENO, std::string(error.what()) + "\n", "stderr");
    return 1;
  }
}

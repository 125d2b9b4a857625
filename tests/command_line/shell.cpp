#include "tests/command_line/shell.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace corral::testing {

namespace fs = std::filesystem;

namespace {

ProcessRequest request_for(const fs::path& folder) {
  ProcessRequest request;
  request.folder = folder.native();
  const char* path = std::getenv("PATH");
  request.environment = {
      {"PATH", fs::path(CORRAL_PROGRAM).parent_path().native() + ":" + (path != nullptr ? path : "")},
      {"CORRAL_STATE", ""},
      {"CORRAL_BACKEND", ""},
      {"CLOUDFLARE_ENV", ""},
      {"CLOUDFLARE_API_TOKEN", ""},
      {"CLOUDFLARE_API_KEY", ""},
      {"HOME", folder.native()},
      {"XDG_CONFIG_HOME", ""},
      {"NO_COLOR", ""},
      {"FORCE_COLOR", ""}};
  return request;
}

}  // namespace

ProcessResult Shell::corral(std::vector<std::string> arguments, std::string input) {
  ProcessRequest request = request_for(folder());
  request.command = {CORRAL_PROGRAM};
  request.command.insert(request.command.end(), arguments.begin(), arguments.end());
  request.input = std::move(input);
  return run_process(request);
}

ProcessResult Shell::script(const std::string& text) {
  ProcessRequest request = request_for(folder());
  request.command = {"bash", "-eo", "pipefail", "-c", text};
  request.timeout = std::chrono::minutes(2);  // it may be many commands, on a machine that is busy
  return run_process(request);
}

ProcessResult Shell::on_terminal(std::vector<std::string> arguments, std::string typed) {
  ProcessRequest request = request_for(folder());
  request.command = {CORRAL_PROGRAM};
  request.command.insert(request.command.end(), arguments.begin(), arguments.end());
  request.input = std::move(typed);
  request.terminal = {.in = true, .out = true, .err = true, .columns = 80};
  return run_process(request);
}

void Shell::write(const std::string& name, const std::string& content) const {
  const fs::path file = folder() / name;
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << content;
}

std::string Shell::read(const std::string& name) const {
  std::ostringstream content;
  content << std::ifstream(folder() / name, std::ios::binary).rdbuf();
  return content.str();
}

}  // namespace corral::testing

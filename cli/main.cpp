#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/config/config_source.hpp"
#include "cli/console.hpp"
#include "cli/environment.hpp"
#include "cli/interrupt.hpp"
#include "cli/local_stores.hpp"
#include "cli/program.hpp"

namespace {

std::unique_ptr<corral::ProjectSource> open_project(const corral::ProjectRequest& request,
                                                    const corral::Environment& environment) {
  return std::make_unique<corral::config::ConfigSource>(corral::config::ConfigRequest{
      .working_directory = std::filesystem::current_path(),
      .config = request.config,
      .environment = request.environment,
      .env_files = request.env_files,
      .variable = [&environment](const char* name) { return environment.get(name); }});
}

}  // namespace

int main(int argc, char** argv) {
  corral::hold_standard_streams();
  corral::catch_interrupts();
  const corral::ProcessEnvironment environment;
  corral::Console console({}, environment);
  const corral::Program program{
      .services = {.open_project = open_project, .open_stores = corral::open_local_stores},
      .environment = environment,
      .console = console};
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  return corral::run_program(program, words);
}

#include <string>
#include <vector>

#include "cli/console.hpp"
#include "cli/environment.hpp"
#include "cli/interrupt.hpp"
#include "cli/program.hpp"

int main(int argc, char** argv) {
  corral::hold_standard_streams();
  corral::catch_interrupts();
  const corral::ProcessEnvironment environment;
  corral::Console console({}, environment);
  const corral::Program program{.services = {}, .environment = environment, .console = console};
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  return corral::run_program(program, words);
}

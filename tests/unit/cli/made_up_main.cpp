// The made-up command tree as a program, whose clock moves only while a command sleeps. `__script SHELL`
// prints its completion script.
#include <string>
#include <vector>

#include "cli/interrupt.hpp"
#include "cli/line/command_line.hpp"
#include "cli/program.hpp"
#include "completions/script.hpp"
#include "tests/fake_clock.hpp"
#include "tests/unit/cli/made_up_commands.hpp"

int main(int argc, char** argv) {
  using namespace corral;
  const std::vector<std::string> words(argv + 1, argv + argc);
  const ProcessEnvironment environment;
  const testing::FakeClock clock;
  Console console({}, environment, clock);
  if (words.size() == 2 && words[0] == "__script") {
    console.data(completion_script(shell_of(words[1]).value(), root_command(testing::made_up_commands)));
    console.flush();
    return 0;
  }
  hold_standard_streams();
  catch_interrupts();
  return run_program({testing::made_up_commands, testing::made_up_services(), environment, clock, console},
                     words);
}

#include <memory>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/state_options.hpp"
#include "commands/state/commands.hpp"
#include "commands/state/problems.hpp"

namespace corral::state {

namespace {

struct Options {
  StateOptions state;
  bool deep = false;
};

void run(const Options& options, Context& context) {
  const std::vector<StateProblem> problems = find_problems(context, options.state, options.deep);
  print_problems(problems, context.out());
  if (problems.empty()) {
    context.out().note("no problems found");
    return;
  }
  throw Error(ErrorKind::corrupt,
              fmt::format("{} problem{} in {}", problems.size(), problems.size() == 1 ? "" : "s",
                          shown(context.stores(options.state).state_root().native())),
              "'corral state repair' repairs what can be repaired");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_state_options(arguments, options->state);
  add_flag(arguments, "--deep", options->deep, "Also read every R2 object and compare its MD5");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command check() {
  return {.names = {"check"},
          .summary = "Check every database and value; exit 1 and list what is wrong",
          .examples = {"corral state check", "corral state check --deep --json"},
          .declare = declare,
          .reads_only = true};
}

}  // namespace corral::state

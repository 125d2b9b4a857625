#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/exit_status.hpp"
#include "commands/command/state_options.hpp"
#include "commands/state/child_process.hpp"
#include "commands/state/commands.hpp"
#include "commands/state/options.hpp"

namespace corral::state {

namespace {

struct Options {
  StateOptions state;
  std::optional<std::string> snapshot;
  std::vector<std::string> words;
};

void run(const Options& options, Context& context) {
  Stores& stores = context.stores(options.state);
  StateSnapshots& snapshots = stores.snapshots();
  const UnixMillis now = context.clock().now();
  // Visible in 'state list', so that the original state is not lost if the command and corral are killed.
  const std::string name = options.snapshot ? *options.snapshot : fmt::format("exec-{}-{}", now, ::getpid());
  if (options.snapshot) {
    snapshots.restore(name);
  } else {
    snapshots.save(name, chosen_services(std::nullopt), now, false);
  }
  const auto put_back = [&] {
    snapshots.restore(name);
    if (!options.snapshot) snapshots.remove(name);
  };
  context.out().flush();
  int status = 0;
  try {
    status = run_program(options.words, {"CORRAL_STATE", stores.state_root().native()});
  } catch (const Error&) {
    put_back();
    throw;
  }
  put_back();
  if (status != 0) throw ExitStatus(status);
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  value_name(
      required(add_texts(arguments, "command", options->words, "The program and its arguments, after --")),
      "CMD");
  value_name(add_text(arguments, "--snapshot", options->snapshot,
                      "Start from this snapshot and return to it (default: the current state)"),
             "NAME");
  add_state_options(arguments, options->state);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command exec() {
  return {.names = {"exec"},
          .summary = "Run a command, undo its changes to the state, and exit with its status",
          .examples = {"corral state exec -- corral kv key put greeting bye --binding CACHE",
                       "corral state exec --snapshot base -- corral kv key list --binding CACHE"},
          .declare = declare,
          .live_values = snapshot_values("--snapshot")};
}

}  // namespace corral::state

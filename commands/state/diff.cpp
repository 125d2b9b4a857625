#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/exit_status.hpp"
#include "commands/command/state_options.hpp"
#include "commands/state/commands.hpp"
#include "commands/state/difference_printer.hpp"
#include "commands/state/options.hpp"
#include "commands/state/resource_names.hpp"
#include "commands/state/transfer/options.hpp"
#include "commands/state/transfer/run.hpp"

namespace corral::state {

namespace {

struct Options {
  TransferFlags flags;  ///< of the comparison with an account; its `local` is also the snapshots' state
  bool exit_code = false;

  [[nodiscard]] const std::vector<std::string>& names() const { return flags.options.names; }
  [[nodiscard]] bool is_remote() const { return flags.options.account.remote; }
};

std::uint64_t compare_snapshots(const Options& options, Context& context) {
  const std::vector<std::string>& names = options.names();
  constexpr std::size_t most = 2;
  if (names.empty() || names.size() > most) {
    throw Error(ErrorKind::usage,
                names.empty() ? "which snapshot is meant?" : "only two states can be compared",
                "give a snapshot, or two, or compare with the account by --remote");
  }
  const StateOptions& state = options.flags.options.local;
  StateSnapshots& snapshots = context.stores(state).snapshots();
  const ResourceNames resources(context, state);
  DifferencePrinter printer(context.out(), [&](const StateDifference& one) { return resources.of(one); });
  snapshots.compare(names.front(), names.size() == most ? std::optional(names.back()) : std::nullopt,
                    [&](const StateDifference& difference) { printer.print(difference); });
  return printer.finish();
}

std::uint64_t compare_with_account(const Options& options, Context& context) {
  const TransferOptions chosen = transfer_options(options.flags);
  std::string name;
  DifferencePrinter printer(context.out(), [&](const StateDifference&) { return name; });
  std::uint64_t unread = 0;
  for (const auto& transfer : open_transfers(context, chosen)) {
    name = transfer->resource().name();
    unread += transfer->compare([&](const StateDifference& difference) { printer.print(difference); }).unread;
  }
  const std::uint64_t count = printer.finish();
  if (unread > 0) {
    context.out().note(
        fmt::format("{} were taken as unchanged since the last pull; --deep reads the values", unread));
  }
  return count;
}

void run(const Options& options, Context& context) {
  const std::uint64_t count =
      options.is_remote() ? compare_with_account(options, context) : compare_snapshots(options, context);
  context.out().note(count == 0 ? "no differences" : counted(count, "difference", "differences"));
  if (count != 0 && options.exit_code) throw CheckFailed();
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  TransferFlags& flags = options->flags;
  value_name(add_texts(arguments, "names", flags.options.names,
                       "Snapshot A, and B (default: the current state); with --remote, resources"),
             "NAME");
  add_flag(arguments, "--exit-code", options->exit_code, "Exit with status 3 if there are differences");
  add_flag(arguments, "--remote", flags.options.account.remote,
           "What the local state has otherwise than the account");
  add_resource_flags(arguments, flags);
  add_flag(arguments, "--deep", flags.options.deep,
           "With --remote: read all values, also where nothing seems to have changed");
  value_name(add_texts(arguments, "--table", flags.options.tables, "With --remote: D1: only this table"),
             "TABLE");
  add_flag(arguments, "--local", flags.options.local.local, "Use the local state (always the case)");
  add_folder(arguments, "--persist-to", flags.options.local.persist_to,
             "State folder to use instead of .wrangler/state");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command diff() {
  return {.names = {"diff"},
          .summary = "Show the keys, objects, rows and messages that differ between two states",
          .examples = {"corral state diff base", "corral state diff base later --json",
                       "corral state diff --remote CACHE --exit-code"},
          .declare = declare,
          .reads_only = true,
          .live_values = snapshot_values("names")};
}

}  // namespace corral::state

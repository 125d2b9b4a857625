#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/kv_namespaces.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/command/other_environments.hpp"
#include "commands/state/commands.hpp"
#include "commands/state/difference_printer.hpp"
#include "commands/state/transfer/options.hpp"
#include "commands/state/transfer/run.hpp"

namespace corral::state {

namespace {

using Transfers = std::vector<std::unique_ptr<ResourceTransfer>>;

/// How many differences of a resource a person is shown before the question.
constexpr std::uint64_t rows_shown = 20;

/// Whether it is production's: of the config's top level, which may bind it for an environment, too, and
/// which is used for one that the config does not have.
bool is_production(const TransferOptions& options, const TransferResource& resource, Context& context) {
  if (resource.is_production) return true;
  if (!resource.is_bound || options.preview) return false;
  const std::vector<std::string> environments =
      context.project().environments_with([&](const Project& other) {
        return other.environment.empty() && has_name(other, resource.account_id);
      });
  return !environments.empty();
}

void refuse_production(const TransferOptions& options, const Transfers& transfers, Context& context) {
  if (options.yes_production || options.dry_run) return;
  for (const auto& transfer : transfers) {
    const TransferResource& resource = transfer->resource();
    if (!is_production(options, resource, context)) continue;
    throw Error(ErrorKind::denied,
                fmt::format("{} {} is what the config has for production, without --env", label_of(resource),
                            shown(resource.name())),
                "choose an environment that has another by --env NAME, or --preview, or say "
                "--yes-production");
  }
}

/// Shows a person what differs, the first of each resource; returns what would change.
std::vector<TransferCounts> show_differences(const TransferOptions& options, const Transfers& transfers,
                                             Context& context) {
  Output& out = context.out();
  std::vector<TransferCounts> all;
  for (const auto& transfer : transfers) {
    const std::string& name = transfer->resource().name();
    DifferencePrinter printer(out, [&](const StateDifference&) { return name; });
    std::uint64_t seen = 0;
    TransferCounts counts = transfer->compare([&](const StateDifference& difference) {
      if (difference.change == StateDifference::Change::removed && !options.with_deletions) return;
      if (++seen <= rows_shown && out.for_person()) printer.print(difference);
    });
    if (out.for_person()) printer.finish();
    if (seen > rows_shown && out.for_person()) {
      out.note(fmt::format("and {} more; 'corral state diff --remote {}' shows all", seen - rows_shown,
                           shown(name)));
    }
    if (!options.with_deletions) counts.removed = 0;
    all.push_back(counts);
  }
  return all;
}

/// "KV namespace CACHE (3 new, 2 overwritten, 1 deleted)"
std::string in_question(const TransferResource& resource, const TransferCounts& counts) {
  std::string text = fmt::format("{} {} ({} new, {} overwritten", label_of(resource), shown(resource.name()),
                                 counts.added, counts.changed);
  if (counts.removed > 0) text += fmt::format(", {} deleted", counts.removed);
  return text + ")";
}

void run(const TransferFlags& flags, Context& context) {
  TransferOptions options = transfer_options(flags);
  options.pushes = true;
  if (options.dry_run) context.out().only_reads();
  const Transfers transfers = open_transfers(context, options);
  refuse_production(options, transfers, context);
  const std::vector<TransferCounts> counts = show_differences(options, transfers, context);
  TransferSummary summary;
  std::string changes;
  for (std::size_t i = 0; i < transfers.size(); ++i) {
    if (options.dry_run || !counts[i].any_difference()) summary.add(transfers[i]->resource(), counts[i]);
    if (!counts[i].any_difference()) continue;
    changes += (changes.empty() ? "" : ", ") + in_question(transfers[i]->resource(), counts[i]);
  }
  if (!options.dry_run && !changes.empty()) {
    const std::string owner = context.stores(options.account).kv_namespaces().owner();
    confirm(context, fmt::format("Change in the account{}: {}?", owner, changes), "--force", options.force);
  }
  try {
    for (std::size_t i = 0; i < transfers.size(); ++i) {
      if (options.dry_run || !counts[i].any_difference()) continue;
      summary.add(transfers[i]->resource(), transfers[i]->push());
    }
  } catch (...) {
    if (!summary.empty()) summary.print(context.out());  // those are done
    throw;
  }
  summary.print(context.out());
}

Run declare(Arguments& arguments) {
  auto flags = std::make_shared<TransferFlags>();
  TransferOptions& options = flags->options;
  add_resources(arguments, *flags);
  add_flag(arguments, "--delete", options.with_deletions, "Delete what the local state does not have");
  value_name(add_texts(arguments, "--data", options.data,
                       "D1: push the rows of this table to a database that is not empty"),
             "TABLE");
  add_flag(arguments, "--deep", options.deep, "Compare all values, also where nothing seems to have changed");
  add_flag(arguments, "--dry-run", options.dry_run, "Show what would be changed, and change nothing");
  add_flag(arguments, "--force,-y", options.force, "Do not ask");
  add_flag(arguments, "--yes-production", options.yes_production,
           "Push to the ids of the config's top level, too");
  add_places(arguments, *flags);
  return [flags](Context& context) { run(*flags, context); };
}

}  // namespace

Command push() {
  return {.names = {"push"},
          .summary = "Make the account what the local state has, after showing what differs",
          .examples = {"corral state push CACHE --preview --dry-run",
                       "corral state push --kv --env staging --force"},
          .declare = declare};
}

}  // namespace corral::state

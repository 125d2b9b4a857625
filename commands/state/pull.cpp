#include <memory>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/state/commands.hpp"
#include "commands/state/transfer/options.hpp"
#include "commands/state/transfer/run.hpp"
#include "commands/state/transfer/snapshot_undo.hpp"

namespace corral::state {

namespace {

/// Refuses to scrub some resources and store others unscrubbed: a user who passes --exec or --transform
/// expects it to apply to everything that is pulled.
void refuse_half_scrubbed(const TransferOptions& options,
                          const std::vector<std::unique_ptr<ResourceTransfer>>& transfers) {
  for (const auto& transfer : transfers) {
    const TransferResource& resource = transfer->resource();
    const bool is_database = resource.service == StateService::d1;
    const bool has_values = resource.service == StateService::kv || resource.service == StateService::r2;
    const bool is_left_out = (options.exec && is_database && !options.transform && !options.no_data) ||
                             (options.transform && has_values && !options.exec);
    if (!is_left_out) continue;
    throw Error(ErrorKind::usage,
                fmt::format("{} does not scrub {} {}", is_database ? "--exec" : "--transform",
                            label_of(resource), shown(resource.name())),
                is_database ? "give --transform FILE, too, or choose others: --kv, --r2, names"
                            : "give --exec COMMAND, too, or choose others: --d1, names");
  }
}

void run(const TransferFlags& flags, Context& context) {
  const TransferOptions options = transfer_options(flags);
  if (options.dry_run) context.out().only_reads();
  SnapshotUndo undo(context, options.local, "pull");
  TransferSummary summary;
  const auto transfers = open_transfers(context, options);
  refuse_half_scrubbed(options, transfers);
  try {
    for (const auto& transfer : transfers) {
      if (options.dry_run) {
        summary.add(transfer->resource(), transfer->plan_pull());
        continue;
      }
      const PullReport report = transfer->pull(undo);
      summary.add(transfer->resource(), report.counts, report.undo);
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
  value_name(add_integer(arguments, "--limit", options.limit, "KV, R2: at most COUNT keys of each resource"),
             "COUNT");
  value_name(add_integer(arguments, "--max-bytes", options.max_bytes,
                         "KV, R2: at most COUNT bytes of values of each resource"),
             "COUNT");
  value_name(add_text(arguments, "--exec", options.exec,
                      "KV, R2: pass each value through a shell command; exit status 1 drops it"),
             "COMMAND");
  value_name(
      add_texts(arguments, "--table", options.tables, "D1: rows of this table only, with the schema of all"),
      "TABLE");
  add_flag(arguments, "--no-data", options.no_data, "D1: the schema and the record of migrations only");
  value_name(add_texts(arguments, "--where", options.conditions,
                       "D1: only the rows of a table that meet a condition"),
             "'TABLE: CONDITION'");
  add_file(arguments, "--transform", options.transform,
           "D1: SQL to run on the new database before it, or any row of it, reaches the disk");
  add_flag(arguments, "--keep", options.keep, "KV, R2: keep what the account does not have");
  add_flag(arguments, "--deep", options.deep, "Read all values, also where nothing seems to have changed");
  add_flag(arguments, "--dry-run", options.dry_run, "Count what would be transferred, and transfer nothing");
  add_places(arguments, *flags);
  return [flags](Context& context) { run(*flags, context); };
}

}  // namespace

Command pull() {
  return {.names = {"pull"},
          .summary = "Make the local state what the account has",
          .examples = {"corral state pull --dry-run", "corral state pull CACHE --prefix user: --limit 1000",
                       "corral state pull --kv --env staging"},
          .declare = declare};
}

}  // namespace corral::state

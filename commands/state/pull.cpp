#include <memory>

#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/state/commands.hpp"
#include "commands/state/transfer/options.hpp"
#include "commands/state/transfer/run.hpp"

namespace corral::state {

namespace {

void run(const TransferFlags& flags, Context& context) {
  const TransferOptions options = transfer_options(flags);
  if (options.dry_run) context.out().only_reads();
  SnapshotUndo undo(context, options.local, "pull");
  TransferSummary summary;
  try {
    for (const auto& transfer : open_transfers(context, options)) {
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
  add_texts(arguments, "names", options.names,
            "Bindings, or names or ids in the account (default: all that the config binds)");
  add_resource_flags(arguments, *flags);
  value_name(add_integer(arguments, "--limit", options.limit, "KV, R2: at most COUNT keys of each resource"),
             "COUNT");
  value_name(add_integer(arguments, "--max-bytes", options.max_bytes,
                         "KV, R2: at most COUNT bytes of values of each resource"),
             "COUNT");
  value_name(add_text(arguments, "--exec", options.exec,
                      "KV, R2: pass each value through a shell command; exit status 1 drops it"),
             "COMMAND");
  value_name(add_texts(arguments, "--table", options.tables,
                       "D1: rows of this table only, with the schema of all; repeatable"),
             "TABLE");
  add_flag(arguments, "--no-data", options.no_data, "D1: the schema and the record of migrations only");
  value_name(add_texts(arguments, "--where", options.conditions,
                       "D1: only the rows of a table that meet a condition; repeatable"),
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

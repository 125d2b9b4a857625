#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/result_file.hpp"
#include "commands/command/state_options.hpp"
#include "commands/state/commands.hpp"
#include "commands/state/options.hpp"
#include "commands/state/temporary_snapshot.hpp"

namespace corral::state {

namespace {

struct Options {
  StateOptions state;
  std::string file;
  std::optional<std::string> snapshot;
  std::optional<std::string> only;
};

void write(StateSnapshots& snapshots, const std::string& name, const std::string& file, Context& context) {
  ResultFile sink(context, file);
  snapshots.write_archive(name, sink);
  sink.commit();
}

void run(const Options& options, Context& context) {
  Output& out = context.out();
  if (is_standard_output(options.file) && out.data_is_terminal()) {
    throw Error(ErrorKind::usage, "refusing to write a binary archive to a terminal",
                "name a file, or send it into a pipe");
  }
  if (options.snapshot && options.only) {
    throw Error(ErrorKind::usage, "--only chooses from the state as it is, and --snapshot names another");
  }
  StateSnapshots& snapshots = context.stores(options.state).snapshots();
  if (options.snapshot) {
    write(snapshots, *options.snapshot, options.file, context);
    out.note(fmt::format("exported snapshot \"{}\"", shown(*options.snapshot)));
    return;
  }
  const UnixMillis now = context.clock().now();
  const TemporarySnapshot temporary(snapshots, temporary_name("export", now));
  const SnapshotInfo snapshot = snapshots.save(temporary.name(), chosen_services(options.only), now, false);
  write(snapshots, temporary.name(), options.file, context);
  out.note(fmt::format("exported {}", summary_of(snapshot)));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  value_name(required(add_file(arguments, "file", options->file, "The archive to write; - for stdout")),
             "FILE");
  value_name(add_text(arguments, "--snapshot", options->snapshot,
                      "Export this snapshot (default: the current state)"),
             "NAME");
  add_only(arguments, options->only, "Export only these");
  add_state_options(arguments, options->state);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command export_state() {
  return {.names = {"export"},
          .summary = "Export the state or a snapshot to one portable file (tar, zstd)",
          .examples = {"corral state export state.tar.zst", "corral state export - --only kv > kv.tar.zst"},
          .declare = declare,
          .reads_only = true,
          .live_values = snapshot_values("--snapshot")};
}

}  // namespace corral::state

#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/command/state_options.hpp"
#include "commands/state/commands.hpp"
#include "commands/state/options.hpp"
#include "commands/state/temporary_snapshot.hpp"

namespace corral::state {

namespace {

constexpr std::int64_t default_max_bytes = std::int64_t{16} << 30;

struct Options {
  StateOptions state;
  std::string file;
  std::optional<std::string> as;
  std::optional<std::int64_t> max_bytes;
  bool force = false;
};

SnapshotInfo read(const Options& options, StateSnapshots& snapshots, const std::string& name,
                  Context& context) {
  const auto max_bytes = static_cast<std::uint64_t>(options.max_bytes.value_or(default_max_bytes));
  if (options.file == "-") return snapshots.read_archive(name, context.in().standard_input(), max_bytes);
  FileSource source(open_for_reading(options.file), options.file);
  return snapshots.read_archive(name, source, max_bytes);
}

void run(const Options& options, Context& context) {
  if (options.max_bytes && *options.max_bytes < 0)
    throw Error(ErrorKind::usage, "--max-bytes must not be negative");
  StateSnapshots& snapshots = context.stores(options.state).snapshots();
  SnapshotInfo snapshot;
  if (options.as) {
    snapshot = read(options, snapshots, *options.as, context);
    context.out().note(
        fmt::format("imported as snapshot \"{}\": {}", shown(*options.as), summary_of(snapshot)));
  } else {
    confirm(context, fmt::format("Replace the state by \"{}\"?", shown(options.file)), "--force (-y)",
            options.force);
    const TemporarySnapshot temporary(snapshots, temporary_name("import", context.clock().now()));
    snapshot = read(options, snapshots, temporary.name(), context);
    snapshots.restore(temporary.name());
    context.out().note(fmt::format("imported {}", summary_of(snapshot)));
  }
  if (context.out().json_requested()) context.out().data(json_of(snapshot, 2, 0) + "\n");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  value_name(
      required(add_file(arguments, "file", options->file, "An archive of 'state export'; - for stdin")),
      "FILE");
  value_name(add_text(arguments, "--as", options->as,
                      "Import as a snapshot of this name, leaving the state unchanged"),
             "NAME");
  value_name(shown_default(add_integer(arguments, "--max-bytes", options->max_bytes,
                                       "Refuse an archive that unpacks to more"),
                           "16 GiB"),
             "BYTES");
  add_flag(arguments, "--force,-y", options->force, "Do not ask");
  add_state_options(arguments, options->state);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command import_state() {
  return {.names = {"import"},
          .summary = "Replace the state with an exported one, after checking all of it",
          .examples = {"corral state import exported.tar.zst -y",
                       "corral state import exported.tar.zst --as theirs"},
          .declare = declare};
}

}  // namespace corral::state

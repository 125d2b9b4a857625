#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "backends/bookmark_store.hpp"
#include "backends/state_care.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/context.hpp"
#include "commands/command/state_options.hpp"
#include "commands/state/commands.hpp"
#include "commands/state/temporary_snapshot.hpp"
#include "commands/text/duration.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"

namespace corral::state {

namespace {

constexpr UnixMillis hour = UnixMillis{60} * 60 * 1000;

struct Options {
  StateOptions state;
  bool dry_run = false;
  std::optional<std::string> older_than;
};

UnixMillis age_of(const Options& options) {
  if (!options.older_than) return hour;
  return *options.older_than == "0" ? 0 : parse_duration(*options.older_than, "--older-than");
}

void run(const Options& options, Context& context) {
  Stores& stores = context.stores(options.state);
  const UnixMillis now = context.clock().now();
  const Garbage found =
      stores.care().clean({.now = now, .age = age_of(options), .dry_run = options.dry_run, .pulse = [&] {
                             context.check_interrupt();
                           }});
  const SnapshotGarbage snapshots = stores.snapshots().clean(is_left_over, options.dry_run);
  std::uint64_t bookmarks = 0;
  if (stores.bookmarks() != nullptr) {
    const UnixMillis unfinished_for = std::min(age_of(options), bookmark_unfinished_for);
    bookmarks = stores.bookmarks()->prune(now, unfinished_for, options.dry_run);
  }
  Output& out = context.out();
  if (!out.for_person()) {
    Json json;
    json["orphans"] = found.orphans;
    json["orphan_bytes"] = found.orphan_bytes;
    json["expired"] = found.expired;
    json["aborted_parts"] = found.aborted_parts;
    json["pulls"] = found.pulls;
    json["logs"] = found.logs;
    json["log_bytes"] = found.log_bytes;
    json["snapshots"] = snapshots.snapshots;
    json["snapshot_files"] = snapshots.files;
    json["snapshot_bytes"] = snapshots.bytes;
    json["bookmarks"] = bookmarks;
    json["dry_run"] = options.dry_run;
    out.data(json_text(json, 2) + "\n");
    return;
  }
  out.note(fmt::format(
      "{}: {} values that nothing names ({}), {} expired entries, {} parts of aborted uploads, "
      "{} unfinished pulls, {} write-ahead logs ({}), {} files of old or cut-short snapshots ({}), {} "
      "expired or cut-short bookmarks",
      options.dry_run ? "would remove" : "removed", found.orphans, readable_size(found.orphan_bytes),
      found.expired, found.aborted_parts, found.pulls, found.logs, readable_size(found.log_bytes),
      snapshots.files, readable_size(snapshots.bytes), bookmarks));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_state_options(arguments, options->state);
  add_flag(arguments, "--dry-run", options->dry_run, "Only count what would be removed");
  shown_default(value_name(add_text(arguments, "--older-than", options->older_than,
                                    "Keep values younger than this: a writer may not have committed their "
                                    "row yet; 0 only while nothing writes"),
                           "DURATION"),
                "1h");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command gc() {
  return {
      .names = {"gc"},
      .summary = "Remove garbage: orphaned values, expired entries, old logs, unfinished pulls and snapshots",
      .examples = {"corral state gc --dry-run", "corral state gc"},
      .declare = declare};
}

}  // namespace corral::state

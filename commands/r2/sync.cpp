#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/jobs/parallel_jobs.hpp"
#include "commands/command/arguments.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/metadata_flags.hpp"
#include "commands/r2/mime_types.hpp"
#include "commands/r2/object_writer.hpp"
#include "commands/r2/sync_download.hpp"
#include "commands/r2/sync_plan.hpp"
#include "commands/r2/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::r2 {

namespace {

namespace fs = std::filesystem;

struct Options {
  BucketOptions target;
  std::string from;
  std::string to;
  bool with_deletions = false;
  bool dry_run = false;
  SyncFilter filter;
  MetadataFlags metadata;
  std::optional<bool> guess;
  std::optional<std::int64_t> concurrency;
  bool force = false;
};

constexpr std::string_view scheme = "r2://";

enum class Side { folder, bucket, unclear };

/// What an argument refers to by itself, without considering the other one.
Side side_of(const std::string& word) {
  if (word.starts_with(scheme)) return Side::bucket;
  if (word == "." || word == ".." || word.starts_with('/') || word.starts_with("./") ||
      word.starts_with("../"))
    return Side::folder;
  return Side::unclear;
}

SyncSides sides_of(Context& context, const Options& options) {
  Side from = side_of(options.from);
  Side to = side_of(options.to);
  std::error_code ignored;
  if (from == Side::unclear && to == Side::unclear) {
    const bool from_folder = fs::is_directory(options.from, ignored);
    if (from_folder != fs::is_directory(options.to, ignored))
      from = from_folder ? Side::folder : Side::bucket;
  }
  if (from == Side::unclear && to != Side::unclear) from = to == Side::folder ? Side::bucket : Side::folder;
  if (to == Side::unclear && from != Side::unclear) to = from == Side::folder ? Side::bucket : Side::folder;
  if (from == to) {
    throw Error(ErrorKind::usage, "a sync goes from a folder to a bucket, or from a bucket to a folder",
                "write the folder as ./DIR, or the bucket as r2://BUCKET/PREFIX");
  }
  SyncSides sides;
  sides.direction = from == Side::folder ? SyncDirection::up : SyncDirection::down;
  sides.folder = from == Side::folder ? options.from : options.to;
  std::string bucket = from == Side::folder ? options.to : options.from;
  if (bucket.starts_with(scheme)) bucket.erase(0, scheme.size());
  const ObjectPath path = parse_object_path(context, bucket, KeyPart::optional);
  sides.bucket = path.bucket;
  sides.prefix = path.key;
  if (!sides.prefix.empty() && !sides.prefix.ends_with('/')) sides.prefix += '/';
  return sides;
}

void print_plan(const SyncPlan& plan, Output& out) {
  if (out.for_person()) {
    Table table({{"action"}, {"name"}, {"size", Table::Align::right}});
    for (const SyncStep& step : plan.steps)
      table.add({std::string(word_for(step.action)), step.name, readable_size(step.size)});
    if (!table.empty()) table.print(out);
    return;
  }
  Json list = Json::array();
  for (const SyncStep& step : plan.steps) {
    Json one;
    one["action"] = word_for(step.action);
    one["name"] = step.name;
    one["size"] = step.size;
    list.push_back(std::move(one));
  }
  out.data(json_text(list, 2) + "\n");
}

void upload(Context& context, const Options& options, const SyncSides& sides, ObjectStore& store,
            const std::map<std::string, LocalFile>& files, const SyncPlan& plan) {
  ObjectWrite shared;
  apply_flags(options.metadata, shared.http);
  apply_flags(options.metadata, shared.custom);
  apply_storage_class(options.metadata, shared);
  ObjectWriter writer(context, store, options.concurrency);
  std::vector<std::string> gone;
  const auto progress = context.out().progress("uploading", plan.bytes, ProgressUnit::bytes);
  for (const SyncStep& step : plan.steps) {
    if (step.action == SyncStep::Action::delete_object) {
      gone.push_back(sides.prefix + step.name);
      continue;
    }
    ObjectWrite write = shared;
    write.key = sides.prefix + step.name;
    if (options.guess.value_or(true) && !write.http.content_type) {
      if (const auto type = media_type_of(step.name)) write.http.content_type = *type;
    }
    writer.put(write, files.at(step.name).path.native());
    progress->update(writer.bytes());
  }
  writer.finish();
  store.erase(gone);
}

/// Reports what was left out and why.
void report(const std::vector<LeftOut>& left_out, const SyncSides& sides, Output& out) {
  const bool up = sides.direction == SyncDirection::up;
  for (const LeftOut& one : left_out) {
    const std::string name = up ? (sides.folder / one.name).native() : sides.prefix + one.name;
    out.warning(fmt::format("left out \"{}\": {}", shown(name), one.reason));
  }
}

/// The summary of an executed plan.
std::string summary_of(const SyncPlan& plan, bool up) {
  using Action = SyncStep::Action;
  std::size_t copied = 0;
  std::size_t deleted = 0;
  std::uint64_t bytes = 0;
  for (const SyncStep& step : plan.steps) {
    if (step.action == Action::delete_object || step.action == Action::delete_file) ++deleted;
    if (step.action != Action::upload && step.action != Action::download) continue;
    ++copied;
    bytes += step.size;
  }
  return fmt::format("{} {} ({}), deleted {}, {} were the same", up ? "uploaded" : "downloaded", copied,
                     readable_size(bytes), deleted, plan.same);
}

void run(const Options& options, Context& context) {
  const SyncSides sides = sides_of(context, options);
  const bool up = sides.direction == SyncDirection::up;
  std::error_code ignored;
  if (up && !fs::is_directory(sides.folder, ignored)) {
    throw Error(ErrorKind::not_found, fmt::format("there is no folder {}", shown(sides.folder.native())));
  }
  const auto store = open_bucket(context, options.target, sides.bucket, up ? Access::write : Access::read,
                                 up && !options.force ? CatalogCheck::on : CatalogCheck::off);
  const auto files = files_below(context, sides.folder, options.filter);
  const auto objects = objects_below(context, *store, sides.prefix, options.filter);
  SyncPlan plan = plan_sync(context, *store, files, objects, sides, options.with_deletions);
  Output& out = context.out();
  report(plan.left_out, sides, out);
  if (options.dry_run) {
    print_plan(plan, out);
  } else if (up) {
    upload(context, options, sides, *store, files, plan);
  } else {
    const std::vector<LeftOut> failed =
        download(context, *store, sides, files, plan, jobs_at_once(*store, options.concurrency));
    report(failed, sides, out);
    for (const LeftOut& one : failed) {
      plan.left_out.push_back(one);
      std::erase_if(plan.steps, [&](const SyncStep& step) { return step.name == one.name; });
    }
  }
  if (!options.dry_run) out.note(summary_of(plan, up));
  if (const std::size_t count = plan.left_out.size(); count > 0) {
    throw Error(ErrorKind::denied,
                fmt::format("{} {} left out; the warnings say why", count,
                            up           ? count == 1 ? "file was" : "files were"
                            : count == 1 ? "object was"
                                         : "objects were"),
                up ? "rename them, or skip them with --exclude PATTERN"
                   : "skip them with --exclude PATTERN, or read one with 'corral r2 object get BUCKET/KEY "
                     "--file FILE'");
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(
      add_text(arguments, "from", options->from, "Folder, or BUCKET[/PREFIX] (r2://BUCKET/PREFIX)"), "FROM"));
  required(value_name(add_text(arguments, "to", options->to, "BUCKET[/PREFIX], or folder"), "TO"));
  add_flag(arguments, "--delete", options->with_deletions,
           "Delete files or objects that the source does not have");
  add_flag(arguments, "--dry-run", options->dry_run, "Print what would be done without doing it");
  value_name(add_texts(arguments, "--include", options->filter.include,
                       "Copy only names matching PATTERN; repeatable"),
             "PATTERN");
  value_name(
      add_texts(arguments, "--exclude", options->filter.exclude, "Skip names matching PATTERN; repeatable"),
      "PATTERN");
  add_metadata_flags(arguments, options->metadata);
  add_flag(arguments, "--guess-content-type", options->guess,
           "Derive content types from extensions (default; --no-guess-content-type)");
  value_name(add_integer(arguments, "--concurrency", options->concurrency,
                         "Files copied in parallel, at most 64 (one per processor; 20 with --remote)"),
             "COUNT");
  add_flag(arguments, "-y,--force", options->force,
           "Do not ask before changing a bucket with a data catalog");
  add_bucket_options(arguments, options->target, Reach::state_folder_account);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command sync() {
  return {.names = {"sync"},
          .summary = "Synchronize a folder with a bucket, in either direction",
          .examples = {"corral r2 sync ./public my-bucket/site --delete",
                       "corral r2 sync my-bucket ./backup --exclude '*.tmp'",
                       "corral r2 sync ./public r2://my-bucket --dry-run"},
          .declare = declare};
}

}  // namespace corral::r2

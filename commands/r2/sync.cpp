#include <array>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/text.hpp"
#include "commands/arguments.hpp"
#include "commands/json_text.hpp"
#include "commands/parallel_jobs.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/key_path.hpp"
#include "commands/r2/metadata_flags.hpp"
#include "commands/r2/mime_types.hpp"
#include "commands/r2/object_writer.hpp"
#include "commands/r2/sync_plan.hpp"
#include "commands/r2/target.hpp"
#include "commands/readable.hpp"
#include "commands/table.hpp"

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
};

/// A folder and a bucket, and which way the bytes go.
struct Sides {
  SyncDirection direction{};
  fs::path folder;
  std::string bucket;
  std::string prefix;  ///< empty, or ends in '/'
};

constexpr std::string_view scheme = "r2://";

enum class Side { folder, bucket, unclear };

/// What a word names when nothing is known of the other one.
Side side_of(const std::string& word) {
  if (word.starts_with(scheme)) return Side::bucket;
  if (word == "." || word == ".." || word.starts_with('/') || word.starts_with("./") ||
      word.starts_with("../"))
    return Side::folder;
  return Side::unclear;
}

Sides sides_of(Context& context, const Options& options) {
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
  Sides sides;
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

/// Throws before anything is done if one of the names cannot be a key, or a path.
void check_names(const SyncPlan& plan, const Sides& sides, const std::map<std::string, ObjectInfo>& objects) {
  for (const SyncStep& step : plan.steps) {
    if (step.action == SyncStep::Action::upload) check_object_key(sides.prefix + step.name);
    if (step.action == SyncStep::Action::download) path_below(sides.folder, step.name);
  }
  if (sides.direction == SyncDirection::up) return;
  for (const auto& [name, object] : objects) {
    for (std::size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1)) {
      if (!objects.contains(name.substr(0, slash))) continue;
      throw Error(
          ErrorKind::denied,
          fmt::format("\"{}\" and \"{}\" cannot both be files", shown(name.substr(0, slash)), shown(name)),
          "leave one of them out with --exclude");
    }
  }
}

void print_plan(const SyncPlan& plan, Output& out) {
  if (out.for_person()) {
    Table table({{"action"}, {"name"}, {"size", Table::Align::right}});
    for (const SyncStep& step : plan.steps)
      table.add({std::string(word_for(step.action)), step.name, readable_size(step.size)});
    if (!table.empty()) table.print(out);
    return;
  }
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const SyncStep& step : plan.steps) {
    nlohmann::ordered_json one;
    one["action"] = word_for(step.action);
    one["name"] = step.name;
    one["size"] = step.size;
    list.push_back(std::move(one));
  }
  out.data(json_text(list, 2) + "\n");
}

void upload(Context& context, const Options& options, const Sides& sides, ObjectStore& store,
            const std::map<std::string, LocalFile>& files, const SyncPlan& plan) {
  ObjectWrite shared;
  apply_flags(options.metadata, shared.http);
  apply_flags(options.metadata, shared.custom);
  ObjectWriter writer(context, store, ParallelJobs::at_once(options.concurrency));
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

/// Writes the bytes of an object into a file, which is whole or not there; the flush is the caller's.
void write_file(Context& context, ObjectBody& object, const fs::path& path,
                std::atomic<std::uint64_t>& done) {
  std::array<char, 65'536> buffer{};
  ReplacementFile file(path);
  while (const std::size_t count = object.body->read(buffer)) {
    context.check_interrupt();
    file.write({buffer.data(), count});
    done += count;
  }
  file.commit_unflushed();
}

void download(Context& context, const Options& options, const Sides& sides, ObjectStore& store,
              const SyncPlan& plan) {
  const auto progress = context.out().progress("downloading", plan.bytes, ProgressUnit::bytes);
  std::atomic<std::uint64_t> done = 0;
  ParallelJobs jobs(ParallelJobs::at_once(options.concurrency));
  for (const SyncStep& step : plan.steps) {
    context.check_interrupt();
    progress->update(done);
    const fs::path path = path_below(sides.folder, step.name);
    if (step.action == SyncStep::Action::delete_file) {
      if (::unlink(path.c_str()) != 0 && errno != ENOENT)
        throw system_error(errno, fmt::format("cannot delete {}", shown(path.native())));
      continue;
    }
    auto object = store.get(sides.prefix + step.name, {}, {});
    if (!object) continue;  // deleted since it was listed
    if (!fs::is_directory(path.parent_path())) make_folders(path.parent_path());
    const auto held = std::make_shared<ObjectBody>(std::move(*object));
    jobs.add([&context, held, path, &done] { write_file(context, *held, path, done); });
  }
  jobs.finish();
  if (!plan.steps.empty()) flush_file_system(sides.folder);
}

void run(const Options& options, Context& context) {
  const Sides sides = sides_of(context, options);
  const bool up = sides.direction == SyncDirection::up;
  std::error_code ignored;
  if (up && !fs::is_directory(sides.folder, ignored)) {
    throw Error(ErrorKind::not_found, fmt::format("there is no folder {}", shown(sides.folder.native())));
  }
  const auto store = open_bucket(context, options.target, sides.bucket, up ? Access::write : Access::read);
  const auto files = files_below(context, sides.folder, options.filter);
  const auto objects = objects_below(context, *store, sides.prefix, options.filter);
  const SyncPlan plan = plan_sync(context, *store, files, objects, sides.direction, options.with_deletions);
  check_names(plan, sides, objects);
  if (options.dry_run) {
    print_plan(plan, context.out());
    return;
  }
  if (up) {
    upload(context, options, sides, *store, files, plan);
  } else {
    make_folders(sides.folder);
    download(context, options, sides, *store, plan);
  }
  std::size_t deleted = 0;
  for (const SyncStep& step : plan.steps) deleted += word_for(step.action) == "delete" ? 1U : 0U;
  context.out().note(fmt::format("{} {} ({}), deleted {}, {} were the same", up ? "uploaded" : "downloaded",
                                 plan.steps.size() - deleted, readable_size(plan.bytes), deleted, plan.same));
}

Run declare(CLI::App& app) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(app, "from", options->from, "Folder, or BUCKET[/PREFIX] (r2://BUCKET/PREFIX)"),
                      "FROM"));
  required(value_name(add_text(app, "to", options->to, "BUCKET[/PREFIX], or folder"), "TO"));
  add_flag(app, "--delete", options->with_deletions, "Delete at the target what the source does not have");
  add_flag(app, "--dry-run", options->dry_run, "Print what would be done, and do nothing");
  value_name(add_texts(app, "--include", options->filter.include, "Only names that match, may be repeated"),
             "PATTERN");
  value_name(add_texts(app, "--exclude", options->filter.exclude, "No names that match, may be repeated"),
             "PATTERN");
  add_metadata_flags(app, options->metadata);
  add_flag(app, "--guess-content-type", options->guess,
           "Take media types from extensions (default; --no-guess-content-type)");
  value_name(add_integer(app, "--concurrency", options->concurrency,
                         "Files copied at once, 64 at most (one a processor)"),
             "COUNT");
  add_bucket_options(app, options->target);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command sync() {
  return {.names = {"sync"},
          .summary = "Make a bucket like a folder, or a folder like a bucket",
          .examples = {"corral r2 sync ./public my-bucket/site --delete",
                       "corral r2 sync my-bucket ./backup --exclude '*.tmp'",
                       "corral r2 sync ./public r2://my-bucket --dry-run"},
          .declare = declare};
}

}  // namespace corral::r2

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/target.hpp"

namespace corral::r2 {

namespace {

struct Options {
  BucketOptions target;
  std::vector<std::string> paths;
  std::optional<std::string> prefix;
  bool force = false;

  [[nodiscard]] CatalogCheck check() const { return force ? CatalogCheck::off : CatalogCheck::on; }
};

std::uint64_t count_objects(Context& context, ObjectStore& store, const std::string& prefix) {
  ObjectListOptions range;
  range.prefix = prefix;
  std::uint64_t count = 0;
  while (true) {
    context.check_interrupt();
    const ObjectPage page = store.list(range);
    count += page.objects.size();
    if (!page.cursor) return count;
    range.cursor = *page.cursor;
  }
}

void delete_prefix(const Options& options, Context& context) {
  if (options.paths.size() != 1 || options.paths.front().find('/') != std::string::npos) {
    throw Error(ErrorKind::usage, "with --prefix one bucket is named, and no key",
                "write 'corral r2 object delete BUCKET --prefix TEXT'");
  }
  const std::string bucket = resolve_bucket(context, options.paths.front());
  const auto store = open_bucket(context, options.target, bucket, Access::write, options.check());
  const std::uint64_t count = count_objects(context, *store, *options.prefix);
  if (count == 0) {
    context.out().note(fmt::format("no objects start with \"{}\"", shown(*options.prefix)));
    return;
  }
  confirm(context,
          fmt::format("Delete {} {} starting with \"{}\" from R2 bucket {}{}?", count,
                      count == 1 ? "object" : "objects", shown(*options.prefix), bucket,
                      context.stores(options.target.state).r2().owner()),
          "--force", options.force);
  ObjectListOptions range;
  range.prefix = *options.prefix;
  std::uint64_t deleted = 0;
  const auto progress = context.out().progress("deleting", count, ProgressUnit::items);
  for (bool more = true; more;) {
    context.check_interrupt();
    const ObjectPage page = store->list(range);
    std::vector<std::string> keys;
    keys.reserve(page.objects.size());
    for (const ObjectInfo& object : page.objects) keys.push_back(object.key);
    deleted += store->erase(keys);
    progress->update(deleted);
    more = page.cursor.has_value();
  }
  context.out().note(fmt::format("deleted {} {}", deleted, deleted == 1 ? "object" : "objects"));
}

void run(const Options& options, Context& context) {
  if (options.prefix) {
    delete_prefix(options, context);
    return;
  }
  std::map<std::string, std::vector<std::string>> keys;  // by bucket
  for (const std::string& text : options.paths) {
    ObjectPath path = parse_object_path(context, text);
    check_object_key(path.key);
    keys[path.bucket].push_back(std::move(path.key));
  }
  std::size_t deleted = 0;
  for (const auto& [bucket, names] : keys) {
    deleted += open_bucket(context, options.target, bucket, Access::write, options.check())->erase(names);
  }
  if (deleted < options.paths.size()) {
    context.out().note(options.paths.size() == 1
                           ? fmt::format("there was no object \"{}\"", shown(options.paths.front()))
                           : fmt::format("{} of {} objects existed", deleted, options.paths.size()));
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_texts(arguments, "objectPath", options->paths, "BUCKET/KEY, one or more"), "PATH"));
  value_name(add_text(arguments, "--prefix", options->prefix,
                      "Delete every object of BUCKET whose key starts with this"),
             "TEXT");
  add_flag(arguments, "-y,--force", options->force, "Do not ask");
  add_bucket_options(arguments, options->target, Reach::state_folder_account);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command object_delete() {
  return {.names = {"delete"},
          .summary = "Delete objects; missing ones are ignored",
          .examples = {"corral r2 object delete my-bucket/logo.png",
                       "corral r2 object delete my-bucket --prefix logs/ --force"},
          .declare = declare,
          .live_values = object_values()};
}

}  // namespace corral::r2

#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/r2/commands.hpp"

namespace corral::r2 {

namespace {

struct Options {
  BucketOptions target;
  std::string bucket;
  bool force = false;
};

void run(const Options& options, Context& context) {
  const KnownBucket bucket = require_bucket(context, options.target, resolve_bucket(context, options.bucket));
  Stores& stores = context.stores(options.target.state);
  const auto store = open_bucket(context, options.target, bucket.name, Access::write);
  const BucketUsage usage = store->usage();
  if (usage.objects + usage.uploads > 0 && !options.force) {
    throw Error(ErrorKind::denied,
                fmt::format("R2 bucket {} is not empty: it holds {} objects and {} multipart uploads",
                            bucket.name, usage.objects, usage.uploads),
                "add --force to delete them too");
  }
  ObjectListOptions range;
  while (usage.objects > 0) {
    // Deletes through the guard, so that locked objects, and thus the bucket, are kept.
    context.check_interrupt();
    std::vector<std::string> keys;
    for (ObjectInfo& object : store->list(range).objects) keys.push_back(std::move(object.key));
    if (keys.empty()) break;
    store->erase(keys);
  }
  stores.r2().drop(bucket.name);
  if (bucket.made_here) stores.registry().remove(ResourceKind::r2_bucket, bucket.name);
  context.out().note(fmt::format("deleted R2 bucket {} with {} objects", bucket.name, usage.objects));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(arguments, "bucket", options->bucket, "The bucket"), "BUCKET"));
  add_flag(arguments, "-y,--force", options->force, "Delete its objects too");
  add_bucket_options(arguments, options->target);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command bucket_delete() {
  return {.names = {"delete"},
          .summary = "Delete a bucket; if it holds objects, only with --force",
          .examples = {"corral r2 bucket delete my-bucket --force"},
          .declare = declare,
          .live_values = bucket_values()};
}

}  // namespace corral::r2

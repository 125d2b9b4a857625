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

/// Deletes all objects, through the guard, so that locked ones are kept.
std::uint64_t erase_objects(Context& context, ObjectStore& store) {
  const ObjectListOptions range;
  std::uint64_t erased = 0;
  while (true) {
    context.check_interrupt();
    std::vector<std::string> keys;
    for (ObjectInfo& object : store.list(range).objects) keys.push_back(std::move(object.key));
    if (keys.empty()) return erased;
    erased += store.erase(keys);
  }
}

std::uint64_t abort_uploads(ObjectStore& store) {
  std::uint64_t aborted = 0;
  for (const MultipartUpload& upload : store.uploads()) {
    if (store.abort_upload(upload.id)) ++aborted;
  }
  return aborted;
}

void run(const Options& options, Context& context) {
  const BucketId bucket = bucket_id(context, options.target, options.bucket);
  R2Buckets& buckets = context.stores(options.target.state).r2_buckets();
  std::uint64_t objects = 0;
  while (!buckets.remove(bucket)) {
    if (!options.force) {
      throw Error(ErrorKind::denied,
                  fmt::format("{} is not empty", bucket_for_question(context, options.target, bucket)),
                  "add --force to delete its objects and multipart uploads too");
    }
    const auto store = open_bucket(context, options.target, bucket.name, Access::write);
    const std::uint64_t erased = erase_objects(context, *store);
    objects += erased;
    if (erased == 0 && abort_uploads(*store) == 0) {
      throw Error(ErrorKind::conflict,
                  fmt::format("R2 bucket {} has no objects, but cannot be deleted as one that is not empty",
                              bucket.name),
                  "try again later");
    }
  }
  context.out().note(fmt::format("deleted R2 bucket {} with {} objects", bucket.name, objects));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(arguments, "bucket", options->bucket, "The bucket"), "BUCKET"));
  add_flag(arguments, "-y,--force", options->force, "Delete its objects too");
  add_bucket_options(arguments, options->target, Reach::state_folder_account);
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

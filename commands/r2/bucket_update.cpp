#include <memory>
#include <string>

#include <fmt/format.h>

#include "commands/command/arguments.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/metadata_flags.hpp"

namespace corral::r2 {

namespace {

struct Options {
  BucketOptions target;
  std::string bucket;
  std::string storage_class;
};

void run(const Options& options, Context& context) {
  const std::string storage_class = parse_storage_class(options.storage_class);
  const BucketId bucket = bucket_id(context, options.target, options.bucket);
  context.stores(options.target.state).r2_buckets().set_storage_class(bucket, storage_class);
  context.out().note(
      fmt::format("new objects of R2 bucket {} are {} from now on", bucket.name, storage_class));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(arguments, "name", options->bucket, "The bucket"), "BUCKET"));
  required(value_name(
      add_text(arguments, "-s,--storage-class", options->storage_class, "Standard or InfrequentAccess"),
      "CLASS"));
  add_bucket_options(arguments, options->target, Reach::state_folder_account);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command bucket_update_storage_class() {
  return {.names = {"storage-class"},
          .summary = "Set the storage class that new objects get",
          .examples = {"corral r2 bucket update storage-class my-bucket --storage-class InfrequentAccess"},
          .declare = declare,
          .live_values = bucket_values()};
}

}  // namespace corral::r2

#include <memory>
#include <string>

#include <fmt/format.h>

#include "commands/command/arguments.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/r2/commands.hpp"
#include "commands/text/field_list.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"

namespace corral::r2 {

namespace {

struct Options {
  BucketOptions target;
  std::string bucket;
};

void run(const Options& options, Context& context) {
  const KnownBucket bucket = require_bucket(context, options.target, resolve_bucket(context, options.bucket));
  Stores& stores = context.stores(options.target.state);
  const Json settings = bucket_settings(stores.registry(), bucket.name);
  const auto store = open_bucket(context, options.target, bucket.name, Access::read);
  const BucketUsage usage = store->usage();
  const std::string created = bucket.made_here ? iso_time(bucket.made_here->created_at) : std::string();
  const auto setting = [&](const char* name, const char* otherwise) {
    return settings.contains(name) ? settings.at(name).get<std::string>() : std::string(otherwise);
  };
  if (context.out().for_person()) {
    FieldList fields;
    fields.add("name", bucket.name);
    fields.add_if_any("created", created);
    fields.add_if_any("binding", fmt::format("{}", fmt::join(bucket.bindings, ", ")));
    fields.add_if_any("location", setting("location", ""));
    fields.add("default_storage_class", setting("storage_class", "Standard"));
    fields.add("object_count", std::to_string(usage.objects));
    fields.add("bucket_size", readable_size(usage.bytes));
    fields.add("multipart uploads",
               fmt::format("{} under way, {}", usage.uploads, readable_size(usage.upload_bytes)));
    fields.add("file", store->location());
    fields.print(context.out());
    return;
  }
  Json json;
  json["name"] = bucket.name;
  json["created"] = created.empty() ? Json(nullptr) : Json(created);
  json["location"] = setting("location", "").empty() ? Json(nullptr) : Json(setting("location", ""));
  json["default_storage_class"] = setting("storage_class", "Standard");
  json["object_count"] = usage.objects;
  json["bucket_size"] = usage.bytes;
  json["multipart_uploads"] = usage.uploads;
  json["multipart_bytes"] = usage.upload_bytes;
  json["bindings"] = bucket.bindings;
  json["file"] = store->location();
  context.out().data(json_text(json, 2) + "\n");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(arguments, "bucket", options->bucket, "The bucket"), "BUCKET"));
  add_bucket_options(arguments, options->target);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command bucket_info() {
  return {.names = {"info"},
          .silent_names = {"get"},
          .summary = "Show the settings and size of a bucket",
          .examples = {"corral r2 bucket info my-bucket"},
          .declare = declare,
          .reads_only = true,
          .live_values = bucket_values()};
}

}  // namespace corral::r2

#include <memory>
#include <string>

#include <fmt/format.h>

#include "commands/command/arguments.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/r2/commands.hpp"
#include "commands/text/field_list.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"

namespace corral::r2 {

namespace {

struct Options {
  BucketOptions target;
  std::string bucket;
};

void print_for_person(const KnownBucket& bucket, const R2BucketDetails& details, Output& out) {
  FieldList fields;
  fields.add("name", bucket.name);
  fields.add_if_any("created", details.created_at ? iso_time(*details.created_at) : "");
  fields.add_if_any("binding", fmt::format("{}", fmt::join(bucket.bindings, ", ")));
  fields.add_if_any("location", details.location);
  fields.add("default_storage_class", details.storage_class);
  fields.add("object_count", std::to_string(details.objects));
  fields.add("bucket_size", readable_size(details.bytes));
  if (details.storage) {
    fields.add("multipart uploads", fmt::format("{} under way, {}", details.storage->uploads,
                                                readable_size(details.storage->upload_bytes)));
    fields.add("file", details.storage->file);
  }
  fields.print(out);
}

Json as_json(const KnownBucket& bucket, const R2BucketDetails& details) {
  Json json;
  json["name"] = bucket.name;
  json["created"] = details.created_at ? Json(iso_time(*details.created_at)) : Json(nullptr);
  json["location"] = details.location.empty() ? Json(nullptr) : Json(details.location);
  json["default_storage_class"] = details.storage_class;
  json["object_count"] = details.objects;
  json["bucket_size"] = details.bytes;
  if (details.storage) {
    json["multipart_uploads"] = details.storage->uploads;
    json["multipart_bytes"] = details.storage->upload_bytes;
  }
  json["bindings"] = bucket.bindings;
  if (details.storage) json["file"] = details.storage->file;
  return json;
}

void run(const Options& options, Context& context) {
  const KnownBucket bucket = require_bucket(context, options.target, resolve_bucket(context, options.bucket));
  const R2BucketDetails details =
      context.stores(options.target.state).r2_buckets().details({bucket.name, options.target.jurisdiction});
  if (context.out().for_person()) {
    print_for_person(bucket, details, context.out());
  } else {
    const Json json = details.description.empty() ? as_json(bucket, details)
                                                  : parse_json(details.description, "the description");
    context.out().data(json_text(json, 2) + "\n");
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(arguments, "bucket", options->bucket, "The bucket"), "BUCKET"));
  add_bucket_options(arguments, options->target, Reach::state_folder_account);
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

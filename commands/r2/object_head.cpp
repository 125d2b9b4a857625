#include <memory>
#include <string>

#include <fmt/format.h>

#include "commands/command/arguments.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/describe.hpp"
#include "commands/r2/target.hpp"
#include "commands/text/field_list.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"

namespace corral::r2 {

namespace {

struct Options {
  BucketOptions target;
  std::string path;
};

void print_for_person(const ObjectInfo& object, Output& out) {
  FieldList fields;
  fields.add("key", object.key);
  fields.add("size", fmt::format("{} ({} bytes)", readable_size(object.size), object.size));
  fields.add("etag", object.etag);
  fields.add_if_any("version", object.version);
  fields.add("uploaded", readable_time(object.uploaded) + " UTC");
  fields.add_if_any("storage class", object.storage_class.value_or(""));
  fields.add_if_any("content-type", object.http.content_type.value_or(""));
  fields.add_if_any("content-language", object.http.content_language.value_or(""));
  fields.add_if_any("content-disposition", object.http.content_disposition.value_or(""));
  fields.add_if_any("content-encoding", object.http.content_encoding.value_or(""));
  fields.add_if_any("cache-control", object.http.cache_control.value_or(""));
  if (object.http.cache_expiry) fields.add("expires", readable_time(*object.http.cache_expiry) + " UTC");
  for (const HashKind kind : hash_kinds)
    fields.add_if_any(name_of(kind), object.checksums.of(kind).value_or(""));
  for (const auto& [name, value] : object.custom) fields.add("metadata " + name, value);
  fields.print(out);
}

void run(const Options& options, Context& context) {
  const ObjectPath path = parse_object_path(context, options.path);
  const auto object = open_bucket(context, options.target, path.bucket, Access::read)->head(path.key);
  if (!object) throw object_not_found(path);
  if (context.out().for_person()) {
    print_for_person(*object, context.out());
  } else {
    context.out().data(json_text(object_as_json(*object, true), 2) + "\n");
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(arguments, "objectPath", options->path, "BUCKET/KEY"), "PATH"));
  add_bucket_options(arguments, options->target, Reach::state_folder_account);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command object_head() {
  return {.names = {"head", "info"},
          .summary = "Show an object's size, etag and metadata",
          .examples = {"corral r2 object head my-bucket/logo.png"},
          .declare = declare,
          .reads_only = true,
          .live_values = object_values()};
}

}  // namespace corral::r2

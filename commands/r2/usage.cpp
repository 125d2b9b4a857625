#include <memory>
#include <string>

#include <fmt/format.h>

#include "commands/command/arguments.hpp"
#include "commands/command/list_output.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/r2/commands.hpp"
#include "commands/text/json.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::r2 {

namespace {

struct Options {
  BucketOptions target;
  std::optional<std::string> bucket;
};

void run(const Options& options, Context& context) {
  std::vector<std::string> names;
  if (options.bucket) {
    names.push_back(require_bucket(context, options.target, resolve_bucket(context, *options.bucket)).name);
  } else {
    for (const KnownBucket& bucket : known_buckets(context, options.target.state))
      names.push_back(bucket.name);
  }
  Output& out = context.out();
  Table table({{"bucket"},
               {"objects", Table::Align::right},
               {"size", Table::Align::right},
               {"uploads under way", Table::Align::right},
               {"their size", Table::Align::right}});
  Json list = Json::array();
  for (const std::string& name : names) {
    context.check_interrupt();
    const BucketUsage usage = open_bucket(context, options.target, name, Access::read)->usage();
    table.add({name, std::to_string(usage.objects), readable_size(usage.bytes), std::to_string(usage.uploads),
               readable_size(usage.upload_bytes)});
    Json one;
    one["bucket"] = name;
    one["objects"] = usage.objects;
    one["bytes"] = usage.bytes;
    one["multipartUploads"] = usage.uploads;
    one["multipartParts"] = usage.upload_parts;
    one["multipartBytes"] = usage.upload_bytes;
    list.push_back(std::move(one));
  }
  print_list(out, list, table, "no R2 buckets here; make one with 'corral r2 bucket create NAME'");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  value_name(add_text(arguments, "bucket", options->bucket, "One bucket (default: all known buckets)"),
             "BUCKET");
  add_bucket_options(arguments, options->target);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command usage() {
  return {.names = {"usage"},
          .summary = "Count objects, bytes and unfinished multipart uploads",
          .examples = {"corral r2 usage", "corral r2 usage my-bucket --json"},
          .declare = declare,
          .reads_only = true,
          .live_values = bucket_values()};
}

}  // namespace corral::r2

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

std::vector<std::string> names_of(const Options& options, Context& context) {
  ObjectBackend& backend = context.stores(options.target.state).r2();
  std::optional<std::string> bucket;
  if (options.bucket) bucket = resolve_bucket(context, *options.bucket);
  if (!backend.made_by_first_write()) return bucket ? std::vector{*bucket} : backend.stored_buckets();
  if (bucket) return {require_bucket(context, options.target, *bucket).name};
  std::vector<std::string> names;
  for (const KnownBucket& known : known_buckets(context, options.target.state)) names.push_back(known.name);
  return names;
}

void run(const Options& options, Context& context) {
  const std::vector<std::string> names = names_of(options, context);
  Output& out = context.out();
  const ObjectTraits traits =
      names.empty() ? ObjectTraits{}
                    : open_bucket(context, options.target, names.front(), Access::read)->traits();
  std::vector<Table::Column> columns = {
      {"bucket"}, {"objects", Table::Align::right}, {"size", Table::Align::right}};
  if (traits.counts_uploads) {
    columns.push_back({"uploads under way", Table::Align::right});
    columns.push_back({"their size", Table::Align::right});
  }
  Table table(std::move(columns));
  Json list = Json::array();
  for (const std::string& name : names) {
    context.check_interrupt();
    const BucketUsage usage = open_bucket(context, options.target, name, Access::read)->usage();
    std::vector<std::string> cells = {name, std::to_string(usage.objects), readable_size(usage.bytes)};
    Json one;
    one["bucket"] = name;
    one["objects"] = usage.objects;
    one["bytes"] = usage.bytes;
    if (traits.counts_uploads) {
      cells.push_back(std::to_string(usage.uploads));
      cells.push_back(readable_size(usage.upload_bytes));
      one["multipartUploads"] = usage.uploads;
      one["multipartParts"] = usage.upload_parts;
      one["multipartBytes"] = usage.upload_bytes;
    }
    table.add(std::move(cells));
    list.push_back(std::move(one));
  }
  print_list(out, list, table, "no R2 buckets here; make one with 'corral r2 bucket create NAME'");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  value_name(add_text(arguments, "bucket", options->bucket, "One bucket (default: all known buckets)"),
             "BUCKET");
  add_bucket_options(arguments, options->target, Reach::state_folder_account);
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

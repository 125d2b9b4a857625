#include <memory>
#include <string>

#include <fmt/format.h>

#include "commands/command/list_output.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/r2/commands.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::r2 {

namespace {

/// What the account says of a bucket, and the bindings; else what is known here.
Json as_json(const KnownBucket& bucket) {
  if (!bucket.description.empty()) {
    Json json = parse_json(bucket.description, "the description of a bucket");
    json["bindings"] = bucket.bindings;
    return json;
  }
  Json json;
  json["name"] = bucket.name;
  json["creation_date"] = bucket.created_at ? Json(iso_time(*bucket.created_at)) : Json(nullptr);
  json["bindings"] = bucket.bindings;
  json["stored"] = bucket.stored;
  return json;
}

void run(const BucketOptions& options, Context& context) {
  Output& out = context.out();
  Table table({{"name"}, {"created (UTC)"}, {"binding"}, {"stored"}});
  Json list = Json::array();
  for (const KnownBucket& bucket : known_buckets(context, options.state, options.jurisdiction)) {
    const bool stored = bucket.stored || !bucket.description.empty();
    table.add({bucket.name, bucket.created_at ? readable_time(*bucket.created_at) : "",
               fmt::format("{}", fmt::join(bucket.bindings, ", ")), stored ? "yes" : "no"});
    list.push_back(as_json(bucket));
  }
  print_list(out, list, table, "no R2 buckets here; make one with 'corral r2 bucket create NAME'");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<BucketOptions>();
  add_bucket_options(arguments, *options, Reach::state_folder_account);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command bucket_list() {
  return {.names = {"list"},
          .summary = "List buckets: created here, in the config, and on disk; or the account's",
          .examples = {"corral r2 bucket list", "corral r2 bucket list --json"},
          .declare = declare,
          .reads_only = true};
}

}  // namespace corral::r2

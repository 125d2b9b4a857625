#include <memory>
#include <string>

#include <fmt/format.h>

#include "commands/command/list_output.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/r2/commands.hpp"
#include "commands/text/json.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::r2 {

namespace {

void run(const BucketOptions& options, Context& context) {
  Output& out = context.out();
  Table table({{"name"}, {"created (UTC)"}, {"binding"}, {"stored"}});
  Json list = Json::array();
  for (const KnownBucket& bucket : known_buckets(context, options.state)) {
    table.add({bucket.name, bucket.made_here ? readable_time(bucket.made_here->created_at) : "",
               fmt::format("{}", fmt::join(bucket.bindings, ", ")), bucket.stored ? "yes" : "no"});
    Json one;
    one["name"] = bucket.name;
    one["creation_date"] = bucket.made_here ? Json(iso_time(bucket.made_here->created_at)) : Json(nullptr);
    one["bindings"] = bucket.bindings;
    one["stored"] = bucket.stored;
    list.push_back(std::move(one));
  }
  print_list(out, list, table, "no R2 buckets here; make one with 'corral r2 bucket create NAME'");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<BucketOptions>();
  add_bucket_options(arguments, *options);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command bucket_list() {
  return {.names = {"list"},
          .summary = "List buckets: created here, in the config, and on disk",
          .examples = {"corral r2 bucket list", "corral r2 bucket list --json"},
          .declare = declare,
          .reads_only = true};
}

}  // namespace corral::r2

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/r2_buckets.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/new_binding.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/metadata_flags.hpp"
#include "commands/r2/target.hpp"

namespace corral::r2 {

namespace {

struct Options {
  BucketOptions target;
  std::string name;
  std::optional<std::string> location;
  std::optional<std::string> storage_class;
  bool use_remote = false;
  bool update_config = false;
  std::optional<std::string> binding;
};

void run(const Options& options, Context& context) {
  check_bucket_name(options.name);
  if (options.location && options.target.jurisdiction)
    throw Error(ErrorKind::usage, "--location and --jurisdiction exclude each other");
  const BucketId bucket{options.name, options.target.jurisdiction};
  std::optional<std::string> storage_class;
  if (options.storage_class) storage_class = parse_storage_class(*options.storage_class);
  const bool update_config = adds_to_config(context, options.update_config, options.binding);
  R2Buckets& buckets = context.stores(options.target.state).r2_buckets();
  const std::string location =
      buckets.create({.id = bucket, .location = options.location, .storage_class = storage_class});
  if (options.location && ascii_lower(location) != ascii_lower(*options.location)) {
    context.out().warning(fmt::format("R2 created the bucket in {}, not in {}",
                                      location.empty() ? "another place" : shown(location),
                                      *options.location));
  }
  std::vector<BindingField> fields = {
      {"binding", options.binding.value_or(binding_of_name(options.name, "R2"))},
      {"bucket_name", options.name}};
  if (options.target.jurisdiction) fields.push_back({"jurisdiction", *options.target.jurisdiction});
  if (options.use_remote) fields.push_back({"remote", "true", BindingField::Kind::boolean});
  introduce(context,
            {.kind = ResourceKind::r2_bucket,
             .name = options.name,
             .config_array = "r2_buckets",
             .binding = std::move(fields),
             .update_config = update_config},
            [&] { buckets.remove(bucket); });
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(arguments, "name", options->name, "Name of the new bucket"), "NAME"));
  add_choice(arguments, "--location", options->location, {"weur", "eeur", "apac", "wnam", "enam", "oc"},
             "Where to make the bucket; no local effect");
  value_name(
      add_text(arguments, "-s,--storage-class", options->storage_class, "Standard or InfrequentAccess"),
      "CLASS");
  add_flag(arguments, "--use-remote", options->use_remote,
           "Add \"remote\": true to the binding, for wrangler");
  add_flag(arguments, "--update-config", options->update_config,
           "Add the binding to the config file, under a name derived from NAME");
  value_name(add_text(arguments, "--binding", options->binding,
                      "Add the binding to the config file under this name"),
             "NAME");
  add_bucket_options(arguments, options->target, Reach::state_folder_account);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command bucket_create() {
  return {.names = {"create"},
          .summary = "Create a bucket and print its config entry",
          .examples = {"corral r2 bucket create new-bucket",
                       "corral r2 bucket create new-bucket --update-config"},
          .declare = declare};
}

}  // namespace corral::r2

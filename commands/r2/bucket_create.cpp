#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "commands/command/arguments.hpp"
#include "commands/command/new_binding.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/metadata_flags.hpp"
#include "commands/r2/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

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
  Resource resource;
  resource.kind = ResourceKind::r2_bucket;
  resource.id = options.name;
  resource.name = options.name;
  resource.created_at = context.clock().now();
  Json settings = Json::object();
  if (options.location) settings["location"] = *options.location;
  settings["storage_class"] = parse_storage_class(options.storage_class.value_or("Standard"));
  if (options.target.jurisdiction) settings["jurisdiction"] = *options.target.jurisdiction;
  resource.settings = json_text(settings, 0);
  std::vector<BindingField> fields = {
      {"binding", options.binding.value_or(binding_of_name(options.name, "R2"))},
      {"bucket_name", options.name}};
  if (options.target.jurisdiction) fields.push_back({"jurisdiction", *options.target.jurisdiction});
  if (options.use_remote) fields.push_back({"remote", "true", BindingField::Kind::boolean});
  make_resource(context, context.stores(options.target.state).registry(),
                {.resource = std::move(resource),
                 .config_array = "r2_buckets",
                 .binding = std::move(fields),
                 .update_config = options.update_config});
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(arguments, "name", options->name, "Name of the new bucket"), "NAME"));
  add_choice(arguments, "--location", options->location, {"weur", "eeur", "apac", "wnam", "enam", "oc"},
             "Stored with the bucket; no local effect");
  value_name(
      add_text(arguments, "-s,--storage-class", options->storage_class, "Standard or InfrequentAccess"),
      "CLASS");
  add_flag(arguments, "--use-remote", options->use_remote,
           "Add \"remote\": true to the binding, for wrangler");
  add_flag(arguments, "--update-config", options->update_config, "Add the binding to the config file");
  value_name(
      add_text(arguments, "--binding", options->binding, "Name of the binding (default: derived from NAME)"),
      "NAME");
  add_bucket_options(arguments, options->target);
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

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "backends/d1_databases.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/context.hpp"
#include "commands/command/new_binding.hpp"
#include "commands/command/state_options.hpp"
#include "commands/d1/commands.hpp"

namespace corral::d1 {

namespace {

constexpr std::size_t max_name_bytes = 128;

struct Options {
  StateOptions state;
  std::string name;
  std::optional<std::string> binding;
  std::optional<std::string> location;
  std::optional<std::string> jurisdiction;
  bool update_config = false;
  bool use_remote = false;
};

void run(const Options& options, Context& context) {
  check_new_name(options.name, max_name_bytes, "a database's name");
  const bool update_config = adds_to_config(context, options.update_config, options.binding);
  D1Databases& databases = context.stores(options.state).d1_databases();
  const D1Database made = databases.create(
      {.name = options.name, .location = options.location, .jurisdiction = options.jurisdiction});
  std::vector<BindingField> fields = {
      {"binding", options.binding.value_or(binding_of_name(options.name, "DB"))},
      {"database_name", made.name},
      {"database_id", made.id}};
  if (options.use_remote) fields.push_back({"remote", "true", BindingField::Kind::boolean});
  introduce(context,
            {.kind = ResourceKind::d1_database,
             .name = made.name,
             .config_array = "d1_databases",
             .binding = std::move(fields),
             .update_config = update_config},
            [&] { databases.remove(made.id); });
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(arguments, "name", options->name, "Name of the new database"), "NAME"));
  value_name(add_text(arguments, "--binding", options->binding,
                      "Add the binding to the config file under this name"),
             "NAME");
  add_flag(arguments, "--update-config", options->update_config,
           "Add the binding to the config file, under a name derived from NAME");
  add_choice(arguments, "--location", options->location, {"weur", "eeur", "apac", "oc", "wnam", "enam"},
             "Where it is kept at Cloudflare; no local effect");
  add_choice(arguments, "--jurisdiction", options->jurisdiction, {"eu", "fedramp", "us"},
             "Where it is kept at Cloudflare; no local effect");
  add_flag(arguments, "--use-remote", options->use_remote,
           "Add \"remote\": true to the binding, for wrangler");
  add_state_options(arguments, options->state, Reach::state_folder_account);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command create() {
  return {.names = {"create"},
          .summary = "Create a database and print its config entry",
          .examples = {"corral d1 create shop", "corral d1 create shop --binding DB"},
          .declare = declare};
}

}  // namespace corral::d1

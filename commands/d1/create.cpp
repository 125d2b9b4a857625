#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "backends/bytes/hashing.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/context.hpp"
#include "commands/command/new_binding.hpp"
#include "commands/command/state_options.hpp"
#include "commands/d1/commands.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

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

/// A random UUID (RFC 9562, version 4).
std::string random_uuid() {
  std::string digits = random_hex(16);
  digits[12] = '4';
  digits[16] = "89ab"[(digits[16] >= 'a' ? digits[16] - 'a' + 10 : digits[16] - '0') % 4];
  for (const std::size_t at : {20U, 16U, 12U, 8U}) digits.insert(at, 1, '-');
  return digits;
}

void run(const Options& options, Context& context) {
  check_new_name(options.name, max_name_bytes, "a database's name");
  NewResource made{.config_array = "d1_databases", .update_config = options.update_config};
  made.resource.kind = ResourceKind::d1_database;
  made.resource.id = random_uuid();
  made.resource.name = options.name;
  made.resource.created_at = context.clock().now();
  Json settings = Json::object();
  if (options.location) settings["location"] = *options.location;
  if (options.jurisdiction) settings["jurisdiction"] = *options.jurisdiction;
  made.resource.settings = json_text(settings, 0);
  made.binding = {{"binding", options.binding.value_or(binding_of_name(options.name, "DB"))},
                  {"database_name", options.name},
                  {"database_id", made.resource.id}};
  if (options.use_remote) made.binding.push_back({"remote", "true", BindingField::Kind::boolean});
  make_resource(context, context.stores(options.state).registry(), made);
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(arguments, "name", options->name, "Name of the new database"), "NAME"));
  value_name(
      add_text(arguments, "--binding", options->binding, "Name of the binding (default: derived from NAME)"),
      "NAME");
  add_flag(arguments, "--update-config", options->update_config, "Add the binding to the config file");
  add_choice(arguments, "--location", options->location, {"weur", "eeur", "apac", "oc", "wnam", "enam"},
             "Stored with the database; no local effect");
  add_choice(arguments, "--jurisdiction", options->jurisdiction, {"eu", "fedramp", "us"},
             "Stored with the database; no local effect");
  add_flag(arguments, "--use-remote", options->use_remote,
           "Add \"remote\": true to the binding, for wrangler");
  add_state_options(arguments, options->state);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command create() {
  return {.names = {"create"},
          .summary = "Create a database and print its config entry",
          .examples = {"corral d1 create shop", "corral d1 create shop --binding DB --update-config"},
          .declare = declare};
}

}  // namespace corral::d1

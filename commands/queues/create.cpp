#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/context.hpp"
#include "commands/command/new_binding.hpp"
#include "commands/command/state_options.hpp"
#include "commands/queues/commands.hpp"
#include "commands/queues/queue_settings.hpp"

namespace corral::queues {

namespace {

struct Options {
  StateOptions state;
  std::string name;
  std::optional<std::string> jurisdiction;
  std::optional<std::int64_t> delay;
  std::optional<std::int64_t> retention;
  bool update_config = false;
  std::optional<std::string> binding;
};

void run(const Options& options, Context& context) {
  check_new_queue(options.name);
  check_range("--delivery-delay-secs", options.delay, 0, queue_max_delay / 1000);
  check_range("--message-retention-period-secs", options.retention, queue_min_retention / 1000,
              queue_max_retention / 1000);
  const bool update_config = adds_to_config(context, options.update_config, options.binding);
  QueueDefinitions& definitions = context.stores(options.state).queue_definitions();
  const DefinedQueue made = definitions.create({.name = options.name,
                                                .delivery_delay = options.delay,
                                                .retention = options.retention,
                                                .jurisdiction = options.jurisdiction});
  const std::string binding = options.binding.value_or(binding_of_name(options.name, "QUEUE"));
  introduce(context,
            {.kind = ResourceKind::queue,
             .name = options.name,
             .config_array = "queues.producers",
             .binding = {{"binding", binding}, {"queue", options.name}},
             .update_config = update_config},
            [&] { definitions.remove(made); });
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(arguments, "name", options->name, "Name of the new queue"), "QUEUE"));
  add_choice(arguments, "--jurisdiction", options->jurisdiction, {"eu", "us", "fedramp"},
             "Where messages are kept at Cloudflare; no local effect");
  value_name(add_integer(arguments, "--delivery-delay-secs", options->delay,
                         "Default delay for new messages: 0 to 86400 (0)"),
             "SECONDS");
  value_name(add_integer(arguments, "--message-retention-period-secs", options->retention,
                         "Delete messages after this long: 60 to 1209600 (345600)"),
             "SECONDS");
  add_flag(arguments, "--update-config", options->update_config,
           "Add a producer binding to the config file, under a name derived from NAME");
  value_name(add_text(arguments, "--binding", options->binding,
                      "Add the binding to the config file under this name"),
             "NAME");
  add_state_options(arguments, options->state, Reach::state_folder_account);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command create() {
  return {.names = {"create"},
          .summary = "Create a queue and print its config entry",
          .examples =
              {"corral queues create mails", "corral queues create mails --binding MAILS",
               "corral queues create mails --delivery-delay-secs 10 --message-retention-period-secs 3600"},
          .declare = declare};
}

}  // namespace corral::queues

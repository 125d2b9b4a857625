#include <memory>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/error.hpp"
#include "backends/text.hpp"
#include "commands/arguments.hpp"
#include "commands/confirm.hpp"
#include "commands/queues/commands.hpp"
#include "commands/queues/subscription_commands.hpp"

namespace corral::queues {

namespace {

struct UpdateOptions {
  QueueOptions target;
  std::string id;
  std::optional<std::string> name;
  std::optional<std::string> events;
  std::optional<bool> enabled;
};

struct DeleteOptions {
  QueueOptions target;
  std::string id;
  bool force = false;
};

void run_update(const UpdateOptions& options, Context& context) {
  if (!options.name && !options.events && !options.enabled) {
    throw Error(ErrorKind::usage, "nothing to change was given", "give --name, --events or --enabled");
  }
  const KnownQueue queue = find_queue(context, options.target);
  QueueSettings settings = queue.settings;
  Subscription& changed = find_subscription(settings, options.id, queue.name);
  if (options.name) changed.name = *options.name;
  if (options.events) changed.events = parse_events(*options.events);
  if (options.enabled) changed.enabled = *options.enabled;
  changed.modified_at = context.clock().now();
  const Subscription now = changed;
  store_settings(context, options.target.state, queue, std::move(settings));
  print_subscription(context, now);
}

void run_delete(const DeleteOptions& options, Context& context) {
  const KnownQueue queue = find_queue(context, options.target);
  QueueSettings settings = queue.settings;
  const std::string name = find_subscription(settings, options.id, queue.name).name;
  confirm(context, fmt::format("Delete the subscription \"{}\"?", shown(name)), "--force (-y)",
          options.force);
  std::erase_if(settings.subscriptions, [&](const Subscription& one) { return one.id == options.id; });
  store_settings(context, options.target.state, queue, std::move(settings));
  context.out().note(fmt::format("deleted the subscription \"{}\"", shown(name)));
}

Run declare_update(CLI::App& app) {
  auto options = std::make_shared<UpdateOptions>();
  add_queue_options(app, options->target, "queue");
  required(value_name(add_text(app, "--id", options->id, "Id of the subscription"), "ID"));
  value_name(add_text(app, "--name", options->name, "New name"), "NAME");
  value_name(add_text(app, "--events", options->events, "Kinds of events, separated by commas"), "EVENTS");
  add_flag(app, "--enabled", options->enabled, "Whether it is on");
  return [options](Context& context) { run_update(*options, context); };
}

Run declare_delete(CLI::App& app) {
  auto options = std::make_shared<DeleteOptions>();
  add_queue_options(app, options->target, "queue");
  required(value_name(add_text(app, "--id", options->id, "Id of the subscription"), "ID"));
  add_flag(app, "-y,--force", options->force, "Do not ask");
  return [options](Context& context) { run_delete(*options, context); };
}

}  // namespace

std::vector<std::string> parse_events(std::string_view text) {
  std::vector<std::string> events;
  while (true) {
    const std::size_t comma = text.find(',');
    std::string_view event = text.substr(0, comma);
    while (event.starts_with(' ')) event.remove_prefix(1);
    while (event.ends_with(' ')) event.remove_suffix(1);
    if (event.empty()) throw Error(ErrorKind::usage, "--events has an empty part", "write --events a,b,c");
    events.emplace_back(event);
    if (comma == std::string_view::npos) return events;
    text.remove_prefix(comma + 1);
  }
}

std::vector<Command> subscription_commands() {
  return {subscription_create(), subscription_list(), subscription_get(), subscription_update(),
          subscription_delete()};
}

Command subscription_update() {
  return {.names = {"update"},
          .summary = "Change a subscription",
          .examples = {"corral queues subscription update subscribed --id $(corral queues subscription list "
                       "subscribed | grep -oE '[0-9a-f]{32}') --enabled false"},
          .declare = declare_update,
          .live_values = queue_values()};
}

Command subscription_delete() {
  return {.names = {"delete"},
          .summary = "Delete a subscription",
          .examples = {"corral queues subscription delete subscribed --id $(corral queues subscription list "
                       "subscribed | grep -oE '[0-9a-f]{32}') -y"},
          .declare = declare_delete,
          .live_values = queue_values()};
}

}  // namespace corral::queues

// `queues subscription`: which events of the account a queue subscribes to.
#include <array>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/command/list_output.hpp"
#include "commands/queues/commands.hpp"
#include "commands/queues/queue_settings.hpp"
#include "commands/queues/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/table.hpp"

namespace corral::queues {

namespace {

/// Splits a comma-separated list, leaving out empty items as wrangler does; throws usage if nothing is left.
std::vector<std::string> parse_events(std::string_view text) {
  std::vector<std::string> events;
  while (true) {
    const std::size_t comma = text.find(',');
    std::string_view event = text.substr(0, comma);
    while (event.starts_with(' ')) event.remove_prefix(1);
    while (event.ends_with(' ')) event.remove_suffix(1);
    if (!event.empty()) events.emplace_back(event);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  if (events.empty()) throw Error(ErrorKind::usage, "--events names no event", "write --events a,b,c");
  return events;
}

QueueDefinitions& definitions_of(Context& context, const QueueOptions& target) {
  return context.stores(target.state).queue_definitions();
}

/// The subscription with this id. Throws not_found.
Subscription find_subscription(Context& context, const QueueOptions& target, const KnownQueue& queue,
                               std::string_view id) {
  QueueDefinitions& definitions = definitions_of(context, target);
  if (auto found = definitions.find_subscription(queue.defined, id)) return *std::move(found);
  throw Error(ErrorKind::not_found,
              fmt::format("the queue \"{}\"{} has no subscription {}", shown(queue.name), definitions.owner(),
                          shown(id)),
              fmt::format("see 'corral queues subscription list {}'", shown(queue.name)));
}

void print(Context& context, const std::vector<Subscription>& subscriptions) {
  Output& out = context.out();
  Json list = Json::array();
  Table table({{"id"}, {"name"}, {"source"}, {"events"}, {"enabled"}});
  for (const Subscription& one : subscriptions) {
    list.push_back(subscription_as_json(one));
    table.add({one.id, one.name, one.source, fmt::format("{}", fmt::join(one.events, ",")),
               one.enabled ? "yes" : "no"});
  }
  print_list(out, list, table, "no subscriptions here; make one with 'corral queues subscription create'");
}

/// Prints one subscription, as a table or as JSON.
void print_subscription(Context& context, const Subscription& subscription) {
  if (context.out().for_person()) {
    print(context, {subscription});
  } else {
    context.out().data(json_text(subscription_as_json(subscription), 2) + "\n");
  }
}

struct CreateOptions {
  QueueOptions target;
  std::optional<std::string> source;
  std::string events;
  std::optional<std::string> name;
  std::optional<bool> enabled;
  std::optional<std::string> model;
  std::optional<std::string> worker;
  std::optional<std::string> workflow;
  std::optional<std::string> zone;
  std::optional<std::string> domain;
  std::optional<std::string> artifact_namespace;
  std::optional<std::string> repository;
};

/// A field of a source: its name, its flag, and the source that has it.
struct SourceField {
  const char* name;
  const char* flag;
  std::string_view source;
  std::optional<std::string> CreateOptions::*value;
};

constexpr std::array<SourceField, 7> source_fields = {{
    {"model_name", "--model-name", "workersAi.model", &CreateOptions::model},
    {"worker_name", "--worker-name", "workersBuilds.worker", &CreateOptions::worker},
    {"workflow_name", "--workflow-name", "workflows.workflow", &CreateOptions::workflow},
    {"zone_id", "--zone-id", "email.sending", &CreateOptions::zone},
    {"domain", "--domain", "email.sending", &CreateOptions::domain},
    {"namespace", "--source-namespace", "artifacts.repo", &CreateOptions::artifact_namespace},
    {"repo_name", "--source-repo-name", "artifacts.repo", &CreateOptions::repository},
}};

void run_create(const CreateOptions& options, Context& context) {
  Subscription wanted;
  wanted.source = *options.source;
  wanted.events = parse_events(options.events);
  wanted.enabled = options.enabled.value_or(true);
  for (const SourceField& field : source_fields) {
    if (field.source != wanted.source) continue;
    const auto& value = options.*field.value;
    if (!value)
      throw Error(ErrorKind::usage, fmt::format("the source {} needs {}", wanted.source, field.flag));
    wanted.source_fields.emplace_back(field.name, *value);
  }
  const KnownQueue queue = find_queue(context, options.target);
  wanted.name = options.name.value_or(fmt::format("{} {}", queue.name, wanted.source));
  QueueDefinitions& definitions = definitions_of(context, options.target);
  print_subscription(context, definitions.subscribe(queue.defined, wanted));
  if (!definitions.serves_consumers())
    context.out().note("kept; events come from the account only, so none will arrive locally");
}

Run declare_create(Arguments& arguments) {
  auto options = std::make_shared<CreateOptions>();
  add_queue_options(arguments, options->target, "queue");
  required(add_choice(
      arguments, "--source", options->source,
      {"artifacts", "artifacts.repo", "browserRun", "email.sending", "images", "kv", "r2", "superSlurper",
       "vectorize", "workersAi.model", "workersBuilds.worker", "workflows.workflow"},
      "What the events are about"));
  required(value_name(
      add_text(arguments, "--events", options->events, "Kinds of events, separated by commas"), "EVENTS"));
  value_name(add_text(arguments, "--name", options->name,
                      "Name of the subscription (default: from queue and source)"),
             "NAME");
  add_flag(arguments, "--enabled", options->enabled, "Whether it is on (true)");
  value_name(add_text(arguments, "--model-name", options->model, "Model, for workersAi.model"), "NAME");
  value_name(add_text(arguments, "--worker-name", options->worker, "Worker, for workersBuilds.worker"),
             "NAME");
  value_name(add_text(arguments, "--workflow-name", options->workflow, "Workflow, for workflows.workflow"),
             "NAME");
  value_name(add_text(arguments, "--zone-id", options->zone, "Zone, for email.sending"), "ID");
  value_name(add_text(arguments, "--domain", options->domain, "Domain, for email.sending"), "NAME");
  value_name(
      add_text(arguments, "--source-namespace", options->artifact_namespace, "Namespace, for artifacts.repo"),
      "NAME");
  value_name(add_text(arguments, "--source-repo-name", options->repository, "Repository, for artifacts.repo"),
             "NAME");
  return [options](Context& context) { run_create(*options, context); };
}

Command subscription_create() {
  return {.names = {"create"},
          .summary = "Create an event subscription",
          .examples = {"corral queues subscription create mails --source kv --events namespace.created"},
          .declare = declare_create,
          .live_values = queue_values()};
}

struct ListOptions {
  QueueOptions target;
  std::optional<std::int64_t> page;
  std::optional<std::int64_t> per_page;
};

struct GetOptions {
  QueueOptions target;
  std::string id;
};

void run_list(const ListOptions& options, Context& context) {
  constexpr std::int64_t default_per_page = 20;
  constexpr std::int64_t most_per_page = 100;
  constexpr std::int64_t most = 1'000'000;
  check_range("--page", options.page, 1, most);
  check_range("--per-page", options.per_page, 1, most_per_page);
  const KnownQueue queue = find_queue(context, options.target);
  print(context, definitions_of(context, options.target)
                     .subscriptions(queue.defined, options.page.value_or(1),
                                    options.per_page.value_or(default_per_page)));
}

void run_get(const GetOptions& options, Context& context) {
  const KnownQueue queue = find_queue(context, options.target);
  print_subscription(context, find_subscription(context, options.target, queue, options.id));
}

Run declare_list(Arguments& arguments) {
  auto options = std::make_shared<ListOptions>();
  add_queue_options(arguments, options->target, "queue");
  shown_default(value_name(add_integer(arguments, "--page", options->page, "Which page"), "NUMBER"), "1");
  shown_default(
      value_name(add_integer(arguments, "--per-page", options->per_page, "How many on a page"), "COUNT"),
      "20");
  return [options](Context& context) { run_list(*options, context); };
}

Run declare_get(Arguments& arguments) {
  auto options = std::make_shared<GetOptions>();
  add_queue_options(arguments, options->target, "queue");
  required(value_name(add_text(arguments, "--id", options->id, "Id of the subscription"), "ID"));
  return [options](Context& context) { run_get(*options, context); };
}

Command subscription_list() {
  return {.names = {"list"},
          .summary = "List the subscriptions of a queue",
          .examples = {"corral queues subscription list mails"},
          .declare = declare_list,
          .reads_only = true,
          .live_values = queue_values()};
}

Command subscription_get() {
  return {.names = {"get"},
          .summary = "Show one subscription",
          .examples = {"corral queues subscription get subscribed --id $(corral queues subscription list "
                       "subscribed | grep -oE '[0-9a-f]{32}')"},
          .declare = declare_get,
          .reads_only = true,
          .live_values = queue_values()};
}

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
  SubscriptionChange change{.name = options.name, .enabled = options.enabled};
  if (options.events) change.events = parse_events(*options.events);
  const KnownQueue queue = find_queue(context, options.target);
  find_subscription(context, options.target, queue, options.id);
  print_subscription(
      context,
      definitions_of(context, options.target).change_subscription(queue.defined, options.id, change));
}

void run_delete(const DeleteOptions& options, Context& context) {
  const KnownQueue queue = find_queue(context, options.target);
  const std::string name = find_subscription(context, options.target, queue, options.id).name;
  QueueDefinitions& definitions = definitions_of(context, options.target);
  confirm(context,
          fmt::format("Delete the subscription \"{}\" of the queue \"{}\"{}?", shown(name), shown(queue.name),
                      definitions.owner()),
          "--force (-y)", options.force);
  definitions.unsubscribe(queue.defined, options.id);
  context.out().note(fmt::format("deleted the subscription \"{}\"", shown(name)));
}

Run declare_update(Arguments& arguments) {
  auto options = std::make_shared<UpdateOptions>();
  add_queue_options(arguments, options->target, "queue");
  required(value_name(add_text(arguments, "--id", options->id, "Id of the subscription"), "ID"));
  value_name(add_text(arguments, "--name", options->name, "New name"), "NAME");
  value_name(add_text(arguments, "--events", options->events, "Kinds of events, separated by commas"),
             "EVENTS");
  add_flag(arguments, "--enabled", options->enabled, "Whether it is on");
  return [options](Context& context) { run_update(*options, context); };
}

Run declare_delete(Arguments& arguments) {
  auto options = std::make_shared<DeleteOptions>();
  add_queue_options(arguments, options->target, "queue");
  required(value_name(add_text(arguments, "--id", options->id, "Id of the subscription"), "ID"));
  add_flag(arguments, "-y,--force", options->force, "Do not ask");
  return [options](Context& context) { run_delete(*options, context); };
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

}  // namespace

std::vector<Command> subscription_commands() {
  return {subscription_create(), subscription_list(), subscription_get(), subscription_update(),
          subscription_delete()};
}

}  // namespace corral::queues

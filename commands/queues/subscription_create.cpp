#include <memory>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/error.hpp"
#include "backends/hashing.hpp"
#include "backends/text.hpp"
#include "commands/arguments.hpp"
#include "commands/queues/commands.hpp"
#include "commands/queues/subscription_commands.hpp"

namespace corral::queues {

namespace {

struct Options {
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

/// A field of a source: its name, the flag that gives it, the source that cannot be without it.
struct SourceField {
  const char* name;
  const char* flag;
  std::string_view needed_by;
  std::optional<std::string> Options::*value;
};

constexpr SourceField source_fields[] = {
    {"model_name", "--model-name", "workersAi.model", &Options::model},
    {"worker_name", "--worker-name", "workersBuilds.worker", &Options::worker},
    {"workflow_name", "--workflow-name", "workflows.workflow", &Options::workflow},
    {"zone_id", "--zone-id", "", &Options::zone},
    {"domain", "--domain", "", &Options::domain},
    {"namespace", "--source-namespace", "artifacts.repo", &Options::artifact_namespace},
    {"repo_name", "--source-repo-name", "artifacts.repo", &Options::repository},
};

void run(const Options& options, Context& context) {
  constexpr std::size_t id_bytes = 16;
  const KnownQueue queue = find_queue(context, options.target);
  Subscription made;
  made.id = random_hex(id_bytes);
  made.source = *options.source;
  made.name = options.name.value_or(fmt::format("{} {}", queue.name, made.source));
  made.events = parse_events(options.events);
  made.enabled = options.enabled.value_or(true);
  made.created_at = context.clock().now();
  made.modified_at = made.created_at;
  for (const SourceField& field : source_fields) {
    const auto& value = options.*field.value;
    if (value) made.source_fields.emplace_back(field.name, *value);
    if (!value && field.needed_by == made.source) {
      throw Error(ErrorKind::usage, fmt::format("the source {} needs {}", made.source, field.flag));
    }
  }
  QueueSettings settings = queue.settings;
  settings.subscriptions.push_back(made);
  store_settings(context, options.target.state, queue, std::move(settings));
  print_subscription(context, made);
  context.out().note("kept; events come from the account only, so none will arrive locally");
}

Run declare(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_queue_options(app, options->target, "queue");
  required(add_choice(
      app, "--source", options->source,
      {"artifacts", "artifacts.repo", "browserRun", "email.sending", "images", "kv", "r2", "superSlurper",
       "vectorize", "workersAi.model", "workersBuilds.worker", "workflows.workflow"},
      "What the events are about"));
  required(value_name(add_text(app, "--events", options->events, "Kinds of events, separated by commas"),
                      "EVENTS"));
  value_name(add_text(app, "--name", options->name, "Name of the subscription (made from queue and source)"),
             "NAME");
  add_flag(app, "--enabled", options->enabled, "Whether it is on (true)");
  value_name(add_text(app, "--model-name", options->model, "Model, for workersAi.model"), "NAME");
  value_name(add_text(app, "--worker-name", options->worker, "Worker, for workersBuilds.worker"), "NAME");
  value_name(add_text(app, "--workflow-name", options->workflow, "Workflow, for workflows.workflow"), "NAME");
  value_name(add_text(app, "--zone-id", options->zone, "Zone, for email.sending"), "ID");
  value_name(add_text(app, "--domain", options->domain, "Domain, for email.sending"), "NAME");
  value_name(
      add_text(app, "--source-namespace", options->artifact_namespace, "Namespace, for artifacts.repo"),
      "NAME");
  value_name(add_text(app, "--source-repo-name", options->repository, "Repository, for artifacts.repo"),
             "NAME");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command subscription_create() {
  return {.names = {"create"},
          .summary = "Keep a subscription of a queue to events",
          .examples = {"corral queues subscription create mails --source kv --events namespace.created"},
          .declare = declare,
          .live_values = queue_values()};
}

}  // namespace corral::queues

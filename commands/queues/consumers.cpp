// `queues consumer`: which Workers and which pulling clients consume a queue, and how.
#include <algorithm>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/list_output.hpp"
#include "commands/queues/commands.hpp"
#include "commands/queues/queue_settings.hpp"
#include "commands/queues/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/table.hpp"

namespace corral::queues {

namespace {

struct AddOptions {
  QueueOptions target;
  Consumer consumer;
  std::optional<std::int64_t> visibility_seconds;
};

void run_add(const AddOptions& options, Context& context) {
  const KnownQueue queue = find_queue(context, options.target);
  Consumer consumer = options.consumer;
  check_range("--visibility-timeout-secs", options.visibility_seconds, 1, queue_max_visibility / one_second);
  if (options.visibility_seconds) consumer.visibility_ms = *options.visibility_seconds * one_second;
  check_consumer(consumer);
  consumer.environment = context.project().project().environment;
  context.stores(options.target.state).queue_definitions().add_consumer(queue.defined, consumer);
  context.out().note(fmt::format("added the consumer to the queue \"{}\"", shown(queue.name)));
}

void add_shared(Arguments& arguments, Consumer& consumer) {
  value_name(add_integer(arguments, "--batch-size", consumer.batch_size,
                         "Maximum messages per batch: 0 to 100 (10)"),
             "COUNT");
  add_retry_flags(arguments, consumer);
}

Run declare_worker_add(Arguments& arguments) {
  auto options = std::make_shared<AddOptions>();
  add_queue_options(arguments, options->target, "queue-name");
  required(value_name(add_text(arguments, "script-name", options->consumer.script, "Name of the Worker"),
                      "SCRIPT"));
  add_shared(arguments, options->consumer);
  value_name(add_integer(arguments, "--batch-timeout", options->consumer.batch_timeout,
                         "Wait this long for a batch to fill: 0 to 60 (5)"),
             "SECONDS");
  value_name(add_integer(arguments, "--max-concurrency", options->consumer.concurrency,
                         "Batches processed concurrently: 1 to 250 (1)"),
             "COUNT");
  return [options](Context& context) { run_add(*options, context); };
}

Run declare_http_add(Arguments& arguments) {
  auto options = std::make_shared<AddOptions>();
  options->consumer.pulls = true;
  add_queue_options(arguments, options->target, "queue-name");
  add_shared(arguments, options->consumer);
  value_name(add_integer(arguments, "--visibility-timeout-secs", options->visibility_seconds,
                         "How long a lease lasts: 1 to 43200 (30)"),
             "SECONDS");
  return [options](Context& context) { run_add(*options, context); };
}

Command consumer_add() {
  return {.names = {"add"},
          .summary = "Add a Worker as consumer of a queue",
          .examples = {"corral queues consumer add mails mailer --batch-size 5 --message-retries 2"},
          .declare = declare_worker_add,
          .live_values = queue_values()};
}

Command consumer_worker_add() {
  return {.names = {"add"},
          .summary = "Add a Worker as consumer of a queue",
          .examples = {"corral queues consumer worker add mails mailer --dead-letter-queue lost-mails"},
          .declare = declare_worker_add,
          .live_values = queue_values()};
}

Command consumer_http_add() {
  return {.names = {"add"},
          .summary = "Add a pull consumer to a queue",
          .examples = {"corral queues consumer http add mails --visibility-timeout-secs 60"},
          .declare = declare_http_add,
          .live_values = queue_values()};
}

enum class Which { all, worker, http };

bool is_listed(const Consumer& consumer, Which which) {
  return which == Which::all || consumer.pulls == (which == Which::http);
}

std::string shown_number(const std::optional<std::int64_t>& number) {
  return number ? std::to_string(*number) : "";
}

void run_list(const QueueOptions& options, Context& context, Which which) {
  const KnownQueue queue = find_queue(context, options);
  Output& out = context.out();
  Json list = Json::array();
  Table table({{"id"}, {"type"}, {"script"}, {"batch"}, {"retries"}, {"dead letters"}, {"from"}});
  for (const Consumer& consumer : queue.consumers) {
    if (!is_listed(consumer, which)) continue;
    list.push_back(consumer_as_json(consumer));
    table.add({consumer.id, consumer.pulls ? "http_pull" : "worker", consumer.script,
               shown_number(consumer.batch_size), shown_number(consumer.retries),
               consumer.dead_letter_queue.value_or(""), consumer.id.empty() ? "config" : "registry"});
  }
  print_list(out, list, table, fmt::format("the queue \"{}\" has no such consumer", shown(queue.name)));
}

template <Which which>
Run declare_list(Arguments& arguments) {
  auto options = std::make_shared<QueueOptions>();
  add_queue_options(arguments, *options, "queue-name");
  return [options](Context& context) { run_list(*options, context, which); };
}

Command consumer_list() {
  return {.names = {"list"},
          .summary = "List the consumers of a queue",
          .examples = {"corral queues consumer list mails"},
          .declare = declare_list<Which::all>,
          .reads_only = true,
          .live_values = queue_values()};
}

Command consumer_worker_list() {
  return {.names = {"list"},
          .summary = "List the Workers that consume a queue",
          .examples = {"corral queues consumer worker list mails"},
          .declare = declare_list<Which::worker>,
          .reads_only = true,
          .live_values = queue_values()};
}

Command consumer_http_list() {
  return {.names = {"list"},
          .summary = "List the pull consumers of a queue",
          .examples = {"corral queues consumer http list mails"},
          .declare = declare_list<Which::http>,
          .reads_only = true,
          .live_values = queue_values()};
}

struct RemoveOptions {
  QueueOptions target;
  std::optional<std::string> script;  ///< nullopt: the pull consumer
};

void run_remove(const RemoveOptions& options, Context& context) {
  const KnownQueue queue = find_queue(context, options.target);
  const std::string& environment = context.project().project().environment;
  QueueDefinitions& definitions = context.stores(options.target.state).queue_definitions();
  if (!definitions.remove_consumer(
          queue.defined, {.script = options.script,
                          .environment = environment.empty() ? std::nullopt : std::optional(environment)})) {
    const bool configured =
        std::any_of(queue.consumers.begin(), queue.consumers.end(), [&](const Consumer& consumer) {
          return consumer.id.empty() &&
                 (options.script ? !consumer.pulls && consumer.script == *options.script : consumer.pulls);
        });
    const std::string what =
        options.script ? fmt::format("consumer \"{}\"", shown(*options.script)) : "pulling consumer";
    throw Error(ErrorKind::not_found,
                fmt::format("the queue \"{}\"{} has no {}{}", shown(queue.name), definitions.owner(), what,
                            definitions.made_by_first_use() ? " that was added here" : ""),
                configured ? "it is in the config: remove it there"
                           : fmt::format("see 'corral queues consumer list {}'", shown(queue.name)));
  }
  context.out().note(fmt::format("removed the consumer from the queue \"{}\"", shown(queue.name)));
}

Run declare_worker_remove(Arguments& arguments) {
  auto options = std::make_shared<RemoveOptions>();
  add_queue_options(arguments, options->target, "queue-name");
  required(value_name(add_text(arguments, "script-name", options->script, "Name of the Worker"), "SCRIPT"));
  return [options](Context& context) { run_remove(*options, context); };
}

Run declare_http_remove(Arguments& arguments) {
  auto options = std::make_shared<RemoveOptions>();
  add_queue_options(arguments, options->target, "queue-name");
  return [options](Context& context) { run_remove(*options, context); };
}

Command consumer_remove() {
  return {.names = {"remove"},
          .summary = "Remove a Worker from a queue",
          .examples = {"corral queues consumer remove jobs worker-of-jobs"},
          .declare = declare_worker_remove,
          .live_values = queue_values()};
}

Command consumer_worker_remove() {
  return {.names = {"remove"},
          .summary = "Remove a Worker from a queue",
          .examples = {"corral queues consumer worker remove jobs worker-of-jobs"},
          .declare = declare_worker_remove,
          .live_values = queue_values()};
}

Command consumer_http_remove() {
  return {.names = {"remove"},
          .summary = "Remove the pull consumer from a queue",
          .examples = {"corral queues consumer http remove pulled"},
          .declare = declare_http_remove,
          .live_values = queue_values()};
}

std::vector<Command> worker_commands() {
  return {consumer_worker_add(), consumer_worker_list(), consumer_worker_remove()};
}

std::vector<Command> http_commands() {
  return {consumer_http_add(), consumer_http_list(), consumer_http_remove()};
}

}  // namespace

std::vector<Command> consumer_commands() {
  return {consumer_add(),
          consumer_list(),
          consumer_remove(),
          {.names = {"worker"}, .summary = "Consumers that are Workers", .children = worker_commands},
          {.names = {"http"}, .summary = "Pull consumers", .children = http_commands}};
}

}  // namespace corral::queues

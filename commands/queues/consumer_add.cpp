#include <memory>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/error.hpp"
#include "backends/hashing.hpp"
#include "backends/text.hpp"
#include "commands/arguments.hpp"
#include "commands/queues/commands.hpp"
#include "commands/queues/consumer_commands.hpp"
#include "commands/queues/target.hpp"

namespace corral::queues {

namespace {

struct Options {
  QueueOptions target;
  Consumer consumer;
  std::optional<std::int64_t> visibility_seconds;
};

void run(const Options& options, Context& context) {
  constexpr std::size_t id_bytes = 16;
  constexpr std::int64_t second = 1000;
  const KnownQueue queue = find_queue(context, options.target);
  Consumer consumer = options.consumer;
  check_range("--visibility-timeout-secs", options.visibility_seconds, 1, queue_max_visibility / second);
  if (options.visibility_seconds) consumer.visibility_ms = *options.visibility_seconds * second;
  check_consumer(consumer);
  if (!queue.settings.consumers.empty()) {
    throw Error(ErrorKind::conflict,
                fmt::format("the queue \"{}\" has a consumer already", shown(queue.name)),
                fmt::format("see 'corral queues consumer list {}', and remove it first", shown(queue.name)));
  }
  consumer.id = random_hex(id_bytes);
  consumer.created_at = context.clock().now();
  QueueSettings settings = queue.settings;
  settings.consumers.push_back(std::move(consumer));
  store_settings(context, options.target.state, queue, std::move(settings));
  context.out().note(fmt::format("added the consumer to the queue \"{}\"", shown(queue.name)));
}

void add_shared(CLI::App& app, Consumer& consumer) {
  value_name(
      add_integer(app, "--batch-size", consumer.batch_size, "Messages at most in a batch: 0 to 100 (10)"),
      "COUNT");
  add_retry_flags(app, consumer);
}

Run declare_worker(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_queue_options(app, options->target, "queue-name");
  required(
      value_name(add_text(app, "script-name", options->consumer.script, "Name of the Worker"), "SCRIPT"));
  add_shared(app, options->consumer);
  value_name(add_integer(app, "--batch-timeout", options->consumer.batch_timeout,
                         "Wait so long for a batch to fill: 0 to 60 (5)"),
             "SECONDS");
  value_name(add_integer(app, "--max-concurrency", options->consumer.concurrency,
                         "Batches in work at once: 1 to 250 (1)"),
             "COUNT");
  return [options](Context& context) { run(*options, context); };
}

Run declare_http(CLI::App& app) {
  auto options = std::make_shared<Options>();
  options->consumer.pulls = true;
  add_queue_options(app, options->target, "queue-name");
  add_shared(app, options->consumer);
  value_name(add_integer(app, "--visibility-timeout-secs", options->visibility_seconds,
                         "How long a lease lasts: 1 to 43200 (30)"),
             "SECONDS");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

void add_retry_flags(CLI::App& app, Consumer& consumer) {
  value_name(add_integer(app, "--message-retries", consumer.retries,
                         "How often a message is tried again: 0 to 100 (3)"),
             "COUNT");
  value_name(add_text(app, "--dead-letter-queue", consumer.dead_letter_queue,
                      "Where messages go that failed every time; without it they are dropped"),
             "QUEUE");
  value_name(add_integer(app, "--retry-delay-secs", consumer.retry_delay,
                         "Wait so long before trying again: 0 to 86400 (0)"),
             "SECONDS");
}

Command consumer_add() {
  return {.names = {"add"},
          .summary = "Say which Worker consumes a queue, and how",
          .examples = {"corral queues consumer add mails mailer --batch-size 5 --message-retries 2"},
          .declare = declare_worker,
          .live_values = queue_values()};
}

Command consumer_worker_add() {
  return {.names = {"add"},
          .summary = "Say which Worker consumes a queue, and how",
          .examples = {"corral queues consumer worker add mails mailer --dead-letter-queue lost-mails"},
          .declare = declare_worker,
          .live_values = queue_values()};
}

Command consumer_http_add() {
  return {.names = {"add"},
          .summary = "Say how messages are pulled from a queue",
          .examples = {"corral queues consumer http add mails --visibility-timeout-secs 60"},
          .declare = declare_http,
          .live_values = queue_values()};
}

}  // namespace corral::queues

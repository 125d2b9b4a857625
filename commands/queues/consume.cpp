#include <algorithm>
#include <chrono>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/error.hpp"
#include "backends/http/client.hpp"
#include "commands/command/arguments.hpp"
#include "commands/queues/commands.hpp"
#include "commands/queues/consumer_loop.hpp"
#include "commands/queues/message_json.hpp"
#include "commands/queues/target.hpp"
#include "commands/text/json.hpp"

namespace corral::queues {

namespace {

struct Options {
  QueueOptions target;
  std::optional<std::string> exec;
  std::optional<std::string> url;
  bool each = false;
  bool once = false;
  bool until_empty = false;
  bool exit_code = false;
  Consumer consumer;
  std::optional<std::int64_t> visibility_seconds;
};

/// Settings not given by flags come from the registry, then the config, then the product's defaults.
Consumer settings_of(const Options& options, KnownQueue queue) {
  check_range("--visibility-timeout", options.visibility_seconds, 1, queue_max_visibility / one_second);
  Consumer flags = options.consumer;
  if (options.visibility_seconds) flags.visibility_ms = *options.visibility_seconds * one_second;
  check_consumer(flags);
  queue.consumers.insert(queue.consumers.begin(), flags);
  return queue.consumer();
}

std::vector<EnvironmentVariable> environment_of(const std::string& queue, const QueueMessage& message) {
  return {{"CORRAL_QUEUE", queue},
          {"CORRAL_MESSAGE_ID", message.id},
          {"CORRAL_MESSAGE_ATTEMPTS", std::to_string(message.attempts)},
          {"CORRAL_MESSAGE_TIMESTAMP_MS", std::to_string(message.timestamp)},
          {"CORRAL_MESSAGE_CONTENT_TYPE", std::string(corral::name_of(message.content_type))}};
}

http::Url address_of(const std::string& text) {
  constexpr const char* hint = "write http://localhost:8787/path, or another http:// or https:// address";
  try {
    http::Url url = http::parse_url(text);
    if (!url.userinfo) return url;
  } catch (const Error& error) {
    throw Error(ErrorKind::usage, error.message(), hint);
  }
  throw Error(ErrorKind::usage, "the address of --url has a user in it, which corral does not send", hint);
}

void choose_delivery(const Options& options, const std::string& queue, Context& context, ConsumerPlan& plan) {
  if (options.url) {
    // A Worker may think long; and a signal lets it finish, so the client does not heed it.
    const std::shared_ptr<http::Client> client =
        context.http_client({.silence_limit = std::chrono::minutes(15)});
    plan.deliver = [=, url = address_of(*options.url)](const std::vector<QueueMessage>& messages) {
      return post(*client, url, batch_as_json(queue, messages));
    };
    return;
  }
  const std::string command = *options.exec;
  plan.answers = !options.each;
  plan.each = options.each;
  plan.deliver = [=, each = options.each](const std::vector<QueueMessage>& messages) {
    if (each) return run_command(command, messages.at(0).body, environment_of(queue, messages.at(0)));
    return run_command(command, batch_as_json(queue, messages), {{"CORRAL_QUEUE", queue}});
  };
}

void run(const Options& options, Context& context) {
  if (options.exec.has_value() == options.url.has_value()) {
    throw Error(ErrorKind::usage,
                options.exec ? "--exec and --url exclude each other" : "no consumer was given",
                "give --exec 'COMMAND' or --url ADDRESS");
  }
  if (options.exec) check_command(*options.exec);
  if (options.each && options.url) throw Error(ErrorKind::usage, "--each works only together with --exec");
  const KnownQueue queue = find_queue(context, options.target);
  if (context.stores(options.target.state).queue_definitions().serves_consumers() &&
      (options.consumer.retries || options.consumer.dead_letter_queue || options.exit_code)) {
    throw Error(
        ErrorKind::usage,
        "retries and dead letters are the account's own: --message-retries, --dead-letter-queue and "
        "--exit-code are not available with --remote",
        fmt::format("set them with 'corral queues consumer http add {} --remote'", shown(queue.name)));
  }
  const Consumer settings = settings_of(options, queue);
  constexpr std::int64_t default_batch = 10;
  constexpr std::int64_t default_timeout = 5;
  // With --once or --until-empty, do not wait for a batch to fill, since no more messages may come.
  const std::int64_t timeout = options.once || options.until_empty
                                   ? options.consumer.batch_timeout.value_or(0)
                                   : settings.batch_timeout.value_or(default_timeout);
  ConsumerPlan plan;
  plan.queue = queue.name;
  plan.batch_size =
      static_cast<std::size_t>(std::max<std::int64_t>(settings.batch_size.value_or(default_batch), 1));
  plan.batch_timeout = timeout * one_second;
  plan.concurrency = static_cast<std::size_t>(settings.concurrency.value_or(1));
  plan.retry_delay = settings.retry_delay.value_or(0) * one_second;
  plan.once = options.once;
  plan.until_empty = options.until_empty;
  plan.exit_code = options.exit_code;
  plan.request.visibility = settings.visibility_ms.value_or(queue_default_visibility);
  plan.request.max_retries = static_cast<std::uint32_t>(settings.retries.value_or(queue_default_retries));
  plan.request.dead_letter = dead_letters_to(context, options.target.state, settings.dead_letter_queue);
  choose_delivery(options, queue.name, context, plan);
  const auto messages = open_messages(context, options.target.state, queue);
  ConsumerLoop(context, *messages, std::move(plan)).run();
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  Consumer& consumer = options->consumer;
  add_queue_options(arguments, options->target, "queue");
  value_name(add_text(arguments, "--exec", options->exec,
                      "Command run by sh for each batch, which it gets as JSON on stdin"),
             "COMMAND");
  add_flag(arguments, "--each", options->each, "Run it once per message, with the body on stdin");
  value_name(add_text(arguments, "--url", options->url, "POST each batch to this http:// or https:// URL"),
             "URL");
  add_flag(arguments, "--once", options->once, "Stop after one batch");
  add_flag(arguments, "--until-empty", options->until_empty, "Stop when the queue is empty");
  add_flag(arguments, "--exit-code", options->exit_code,
           "Exit with status 3 if any message was dropped or dead-lettered");
  value_name(add_integer(arguments, "--batch-size", consumer.batch_size,
                         "Maximum messages per batch: 1 to 100 (10)"),
             "COUNT");
  value_name(add_integer(arguments, "--batch-timeout", consumer.batch_timeout,
                         "Wait this long for a batch to fill: 0 to 60 (5; 0 with --once or --until-empty)"),
             "SECONDS");
  add_retry_flags(arguments, consumer);
  value_name(add_integer(arguments, "--max-concurrency", consumer.concurrency,
                         "Batches processed concurrently: 1 to 250 (1)"),
             "COUNT");
  value_name(add_integer(arguments, "--visibility-timeout", options->visibility_seconds,
                         "Length of a lease, extended while the work lasts: 1 to 43200 (30)"),
             "SECONDS");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command consume() {
  return {.names = {"consume"},
          .summary = "Run a command or POST to a URL for each batch of messages",
          .examples =
              {"corral queues consume mails --exec 'cat >> received.ndjson' --until-empty",
               "corral queues consume mails --each --exec 'wc -c' --max-concurrency 4 --once",
               "corral queues consume mails --url http://localhost:8787/queue --message-retries 0 --once"},
          .declare = declare,
          .live_values = queue_values()};
}

}  // namespace corral::queues

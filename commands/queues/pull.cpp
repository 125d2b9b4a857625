#include <algorithm>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/queues/commands.hpp"
#include "commands/queues/message_json.hpp"
#include "commands/queues/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::queues {

namespace {

struct Options {
  QueueOptions target;
  std::optional<std::int64_t> batch_size;
  std::optional<std::int64_t> visibility_ms;
  std::optional<std::int64_t> visibility_seconds;
  std::optional<double> wait;
};

PullRequest request_for(const Options& options, Context& context, const KnownQueue& queue) {
  check_range("--batch-size", options.batch_size, 1, queue_max_pull);
  check_range("--visibility-timeout-ms", options.visibility_ms, 1, queue_max_visibility);
  check_range("--visibility-timeout", options.visibility_seconds, 1, queue_max_visibility / one_second);
  if (options.visibility_ms && options.visibility_seconds) {
    throw Error(ErrorKind::usage, "--visibility-timeout and --visibility-timeout-ms exclude each other");
  }
  const Consumer consumer = queue.consumer();
  constexpr std::int64_t default_batch = 5;
  PullRequest request;
  // An http_pull consumer's batch size is the default for a pull.
  const std::int64_t size = options.batch_size.value_or(consumer.batch_size.value_or(default_batch));
  request.limit = static_cast<std::size_t>(std::max<std::int64_t>(size, 1));
  request.visibility =
      options.visibility_seconds
          ? *options.visibility_seconds * one_second
          : options.visibility_ms.value_or(consumer.visibility_ms.value_or(queue_default_visibility));
  request.max_retries = static_cast<std::uint32_t>(consumer.retries.value_or(queue_default_retries));
  request.dead_letter = dead_letters_to(context, options.target.state, consumer.dead_letter_queue);
  return request;
}

void print(Output& out, const PullResult& result, std::string_view queue) {
  if (!out.for_person()) {
    Json json;
    json["messages"] = Json::array();
    for (const QueueMessage& message : result.messages) json["messages"].push_back(pulled_as_json(message));
    json["message_backlog_count"] = result.backlog;
    out.data(json_text(json, 2) + "\n");
    return;
  }
  if (result.messages.empty()) {
    out.note(fmt::format("no message is ready in the queue \"{}\"", shown(queue)));
    return;
  }
  Table table({{"lease"}, {"sent"}, {"attempts", Table::Align::right}, {"body"}});
  for (const QueueMessage& message : result.messages) {
    table.add({message.lease_id, readable_time(message.timestamp), std::to_string(message.attempts),
               body_excerpt(message)});
  }
  table.print(out);
}

void warn_of_used_up(Output& out, const PullResult& result, const PullRequest& request) {
  for (const UsedUp& one : result.used_up) {
    out.warning(fmt::format("message {} {} after {} {}", one.id,
                            request.dead_letter ? fmt::format("went to the dead letter queue \"{}\"",
                                                              shown(request.dead_letter->name))
                                                : "was dropped",
                            one.attempts, one.attempts == 1 ? "attempt" : "attempts"));
  }
}

/// Messages that were never printed must neither wait for their leases to expire nor lose an attempt.
void hand_out(Context& context, MessageQueue& queue, const PullResult& result, std::string_view name) {
  try {
    print(context.out(), result, name);
    context.out().deliver();
  } catch (const Error& error) {
    std::vector<Settlement> releases;
    for (const QueueMessage& message : result.messages)
      releases.push_back({message.lease_id, Settlement::Kind::release, 0});
    queue.settle(releases, context.clock().now());
    throw Error(error.kind(), fmt::format("{}; the messages are back in the queue", error.message()),
                error.hint());
  }
}

void run(const Options& options, Context& context) {
  constexpr double longest_wait = 86'400;
  if (options.wait && (*options.wait < 0 || *options.wait > longest_wait)) {
    throw Error(ErrorKind::usage, "--wait must be 0 to 86400 seconds");
  }
  const KnownQueue queue = find_queue(context, options.target);
  const PullRequest request = request_for(options, context, queue);
  const auto messages = open_messages(context, options.target.state, queue);
  const UnixMillis end = context.clock().elapsed() +
                         static_cast<UnixMillis>(options.wait.value_or(0) * static_cast<double>(one_second));
  while (true) {
    const UnixMillis waited = context.clock().elapsed();
    const PullResult result = messages->pull(request, context.clock().now());
    warn_of_used_up(context.out(), result, request);
    if (!result.messages.empty() || waited >= end) {
      hand_out(context, *messages, result, queue.name);
      return;
    }
    context.clock().sleep(std::min(messages->traits().poll_pause, end - waited));
    context.check_interrupt();
  }
}

void add_shared(Arguments& arguments, Options& options) {
  add_queue_options(arguments, options.target, "queue");
  value_name(
      add_integer(arguments, "--batch-size", options.batch_size, "Maximum number of messages: 1 to 100 (5)"),
      "COUNT");
  value_name(add_integer(arguments, "--visibility-timeout-ms", options.visibility_ms,
                         "How long the leases last: 1 to 43200000 (30000)"),
             "MILLISECONDS");
  value_name(
      add_number(arguments, "--wait", options.wait, "Wait this long for a message if the queue is empty (0)"),
      "SECONDS");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_shared(arguments, *options);
  return [options](Context& context) { run(*options, context); };
}

Run declare_brief(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_shared(arguments, *options);
  value_name(add_integer(arguments, "--visibility-timeout", options->visibility_seconds,
                         "How long the leases last, in seconds: 1 to 43200"),
             "SECONDS");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command pull(Form form) {
  const bool brief = form == Form::brief;
  return {
      .names = {"pull"},
      .summary = "Lease messages, to be acknowledged",
      .examples = brief ? std::vector<std::string_view>{"corral queues pull mails --batch-size 10",
                                                        "corral queues pull mails --visibility-timeout 60"}
                        : std::vector<std::string_view>{"corral queues messages pull mails --batch-size 10"},
      .declare = brief ? declare_brief : declare,
      .live_values = queue_values()};
}

}  // namespace corral::queues

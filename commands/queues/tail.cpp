#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/queues/commands.hpp"
#include "commands/queues/message_json.hpp"
#include "commands/queues/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"

namespace corral::queues {

namespace {

constexpr std::size_t page = 1'000;

struct TailOptions {
  QueueOptions target;
  bool from_start = false;
  std::optional<double> seconds;
};

void print(Output& out, const QueueMessage& message) {
  if (out.for_person()) {
    out.data(fmt::format("{}  {}  {}\n", readable_time(message.timestamp), message.id,
                         shown(body_excerpt(message))));
  } else {
    out.data(json_text(seen_as_json(message), 0) + "\n");
  }
}

/// Prints the messages that have arrived since `after` and advances it.
void print_arrivals(Context& context, MessageQueue& queue, std::string& after) {
  for (auto some = queue.list(after, page, context.clock().now()); !some.empty();
       some = queue.list(after, page, context.clock().now())) {
    for (const QueueMessage& message : some) print(context.out(), message);
    after = some.back().ref;
    context.check_interrupt();
  }
  context.out().flush();
}

void run_tail(const TailOptions& options, Context& context) {
  constexpr UnixMillis pause = 20;
  constexpr double second = 1'000;
  if (options.seconds && *options.seconds < 0)
    throw Error(ErrorKind::usage, "--for must be 0 or more seconds");
  const KnownQueue queue = find_queue(context, options.target);
  const auto messages = open_messages(context, options.target.state, queue);
  std::string after = options.from_start ? std::string() : messages->last_ref();
  const UnixMillis start = context.clock().elapsed();
  context.out().note(fmt::format("waiting for messages in the queue \"{}\"", shown(queue.name)));
  while (true) {
    print_arrivals(context, *messages, after);
    const UnixMillis passed = context.clock().elapsed() - start;
    if (options.seconds && static_cast<double>(passed) >= *options.seconds * second) return;
    context.clock().sleep(pause);
    context.check_interrupt();
  }
}

void run_export(const QueueOptions& options, Context& context) {
  const KnownQueue queue = find_queue(context, options);
  const auto messages = open_messages(context, options.state, queue);
  std::string after;
  std::uint64_t count = 0;
  for (auto some = messages->list(after, page, context.clock().now()); !some.empty();
       some = messages->list(after, page, context.clock().now())) {
    context.check_interrupt();
    for (const QueueMessage& message : some) {
      Json json;
      json["body"] = body_as_json(message);
      json["content_type"] = corral::name_of(message.content_type);
      json["id"] = message.id;
      json["timestamp_ms"] = message.timestamp;
      json["attempts"] = message.attempts;
      if (!message.source.empty()) json["dead_letter_source"] = message.source;
      context.out().data(json_text(json, 0) + "\n");
    }
    after = some.back().ref;
    count += some.size();
  }
  context.out().note(fmt::format("exported {} {}", count, count == 1 ? "message" : "messages"));
}

Run declare_tail(Arguments& arguments) {
  auto options = std::make_shared<TailOptions>();
  add_queue_options(arguments, options->target, "queue", Reach::state_folder);
  add_flag(arguments, "--from-start", options->from_start, "Begin with the messages already in the queue");
  value_name(add_number(arguments, "--for", options->seconds, "Stop after this long (never)"), "SECONDS");
  return [options](Context& context) { run_tail(*options, context); };
}

Run declare_export(Arguments& arguments) {
  auto options = std::make_shared<QueueOptions>();
  add_queue_options(arguments, *options, "queue", Reach::state_folder);
  return [options](Context& context) { run_export(*options, context); };
}

}  // namespace

Command tail(Form form) {
  return {.names = {"tail"},
          .summary = "Print messages as they are sent, without leasing them",
          .examples = {form == Form::brief ? "corral queues tail mails --for 0.1"
                                           : "corral queues messages tail mails --from-start --for 0.1"},
          .declare = declare_tail,
          .reads_only = true,
          .live_values = queue_values()};
}

Command export_messages(Form form) {
  return {.names = {"export"},
          .summary = "Print all messages, one JSON object per line",
          .examples = {form == Form::brief ? "corral queues export mails > mails.ndjson"
                                           : "corral queues messages export mails > mails.ndjson"},
          .declare = declare_export,
          .reads_only = true,
          .live_values = queue_values()};
}

}  // namespace corral::queues

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

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
#include "commands/text/table.hpp"

namespace corral::queues {

namespace {

struct Options {
  QueueOptions target;
  std::optional<std::int64_t> limit;
  bool all = false;
};

void run(const Options& options, Context& context) {
  constexpr std::int64_t default_limit = 10;
  const KnownQueue queue = find_queue(context, options.target);
  const auto opened = open_messages(context, options.target.state, queue);
  check_range("--limit", options.limit, 1, static_cast<std::int64_t>(opened->traits().most_peeked));
  const auto messages = opened->peek(static_cast<std::size_t>(options.limit.value_or(default_limit)),
                                     options.all, context.clock().now());
  Output& out = context.out();
  if (!out.for_person()) {
    Json json;
    json["messages"] = Json::array();
    for (const QueueMessage& message : messages) json["messages"].push_back(seen_as_json(message));
    out.data(json_text(json, 2) + "\n");
    return;
  }
  if (messages.empty()) {
    out.note(
        fmt::format("no message {}in the queue \"{}\"", options.all ? "" : "is ready ", shown(queue.name)));
    return;
  }
  // Columns without a value in any message are omitted.
  const bool waits = std::any_of(messages.begin(), messages.end(),
                                 [](const auto& message) { return message.state != MessageState::ready; });
  const bool has_source = std::any_of(messages.begin(), messages.end(),
                                      [](const auto& message) { return !message.source.empty(); });
  std::vector<Table::Column> columns = {{"ref"}, {"sent"}, {"attempts", Table::Align::right}, {"state"}};
  if (waits) columns.push_back({"ready at (UTC)"});
  if (has_source) columns.push_back({"dead letter of"});
  columns.push_back({"body"});
  Table table(std::move(columns));
  for (const QueueMessage& message : messages) {
    std::vector<std::string> row = {message.ref, readable_time(message.timestamp),
                                    std::to_string(message.attempts), std::string(name_of(message.state))};
    if (waits) row.push_back(message.state == MessageState::ready ? "" : readable_time(message.visible_at));
    if (has_source) row.push_back(message.source);
    row.push_back(body_excerpt(message));
    table.add(std::move(row));
  }
  table.print(out);
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_queue_options(arguments, options->target, "queue");
  value_name(add_integer(arguments, "--limit", options->limit,
                         "Maximum number of messages: 1 to 10000, with --remote 100 (10)"),
             "COUNT");
  add_flag(arguments, "--all", options->all, "Include delayed and in-flight messages (local only)");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command peek(Form form) {
  return {.names = {"peek"},
          .summary = "Show the next messages without leasing them",
          .examples = {form == Form::brief ? "corral queues peek mails --limit 3"
                                           : "corral queues messages peek mails --all"},
          .declare = declare,
          .reads_only = true,
          .live_values = queue_values()};
}

}  // namespace corral::queues

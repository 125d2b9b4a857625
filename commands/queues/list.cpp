#include <algorithm>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/list_output.hpp"
#include "commands/command/state_options.hpp"
#include "commands/queues/commands.hpp"
#include "commands/queues/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::queues {

namespace {

struct Options {
  StateOptions state;
  std::optional<std::int64_t> page;
};

Json as_json(const KnownQueue& queue, const QueueStats& stats) {
  Json json;
  json["queue_id"] = nullptr;
  if (queue.made_here) json["queue_id"] = queue.made_here->id;
  json["queue_name"] = queue.name;
  if (queue.made_here) {
    json["created_on"] = iso_time(queue.made_here->created_at);
    json["modified_on"] = iso_time(queue.settings.modified_at);
  }
  json["producers_total_count"] = queue.producers.size();
  json["consumers_total_count"] = queue.consumers.size();
  json["message_backlog_count"] = stats.messages;
  json["message_backlog_bytes"] = stats.bytes;
  json["delivery_paused"] = stats.paused;
  return json;
}

void run(const Options& options, Context& context) {
  constexpr std::int64_t page_size = 100;
  constexpr std::int64_t most = 1'000'000;
  check_range("--page", options.page, 1, most);
  std::vector<KnownQueue> queues = known_queues(context, options.state);
  if (options.page) {
    const auto first = std::min(queues.size(), static_cast<std::size_t>((*options.page - 1) * page_size));
    const auto last = std::min(queues.size(), first + page_size);
    queues = {queues.begin() + static_cast<std::ptrdiff_t>(first),
              queues.begin() + static_cast<std::ptrdiff_t>(last)};
  }
  Output& out = context.out();
  Json list = Json::array();
  Table table({{"name"},
               {"created"},
               {"producers", Table::Align::right},
               {"consumers", Table::Align::right},
               {"messages", Table::Align::right},
               {"size", Table::Align::right},
               {"delivery"}});
  for (const KnownQueue& queue : queues) {
    context.check_interrupt();
    const QueueStats stats = open_messages(context, options.state, queue)->stats(context.clock().now());
    if (!out.for_person()) {
      list.push_back(as_json(queue, stats));
      continue;
    }
    table.add({queue.name, queue.made_here ? readable_time(queue.made_here->created_at) : "",
               std::to_string(queue.producers.size()), std::to_string(queue.consumers.size()),
               std::to_string(stats.messages), readable_size(stats.bytes), stats.paused ? "paused" : ""});
  }
  print_list(out, list, table, "no queues here; make one with 'corral queues create NAME'");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  value_name(add_integer(arguments, "--page", options->page, "Page to list, of 100 queues each"), "NUMBER");
  add_state_options(arguments, options->state);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command list() {
  return {.names = {"list"},
          .summary = "List queues: created here, in the config, or holding messages",
          .examples = {"corral queues list", "corral queues list --json"},
          .declare = declare,
          .reads_only = true};
}

}  // namespace corral::queues

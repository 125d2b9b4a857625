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
#include "commands/text/json_reader.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::queues {

namespace {

struct Options {
  StateOptions state;
  std::optional<std::int64_t> page;
};

/// `stats`: nullptr where messages are not counted.
Json as_json(const KnownQueue& queue, const QueueStats* stats) {
  if (!queue.defined.description.empty()) return parse_json(queue.defined.description, "the queue");
  Json json;
  json["queue_id"] = queue.is_defined() ? Json(queue.defined.id) : Json(nullptr);
  json["queue_name"] = queue.name;
  if (queue.is_defined()) {
    json["created_on"] = iso_time(queue.defined.created_at);
    json["modified_on"] = iso_time(queue.defined.modified_at);
  }
  json["producers_total_count"] = queue.producers.size();
  json["consumers_total_count"] = queue.consumers.size();
  if (stats != nullptr) {
    json["message_backlog_count"] = stats->messages;
    json["message_backlog_bytes"] = stats->bytes;
    json["delivery_paused"] = stats->paused;
  }
  return json;
}

void run(const Options& options, Context& context) {
  constexpr std::int64_t most = 1'000'000;
  check_range("--page", options.page, 1, most);
  Output& out = context.out();
  Json list = Json::array();
  std::vector<Table::Column> columns = {
      {"name"}, {"created"}, {"producers", Table::Align::right}, {"consumers", Table::Align::right}};
  const std::vector<KnownQueue> queues = known_queues(context, options.state, options.page);
  const bool counts =
      !queues.empty() && open_messages(context, options.state, queues.front())->traits().counts;
  if (counts) {
    columns.push_back({"messages", Table::Align::right});
    columns.push_back({"size", Table::Align::right});
    columns.push_back({"delivery"});
  }
  Table table(std::move(columns));
  for (const KnownQueue& queue : queues) {
    context.check_interrupt();
    std::optional<QueueStats> stats;
    if (counts) stats = open_messages(context, options.state, queue)->stats(context.clock().now());
    if (!out.for_person()) {
      list.push_back(as_json(queue, stats ? &*stats : nullptr));
      continue;
    }
    std::vector<std::string> row = {
        queue.name, queue.is_defined() ? readable_time(queue.defined.created_at) : "",
        std::to_string(queue.producers.size()), std::to_string(queue.consumers.size())};
    if (stats) {
      row.push_back(std::to_string(stats->messages));
      row.push_back(readable_size(stats->bytes));
      row.emplace_back(stats->paused ? "paused" : "");
    }
    table.add(std::move(row));
  }
  print_list(out, list, table, "no queues here; make one with 'corral queues create NAME'");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  value_name(add_integer(arguments, "--page", options->page, "Page to list, of 100 queues each"), "NUMBER");
  add_state_options(arguments, options->state, Reach::state_folder_account);
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

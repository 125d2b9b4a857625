#include <memory>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/error.hpp"
#include "backends/text.hpp"
#include "commands/arguments.hpp"
#include "commands/list_output.hpp"
#include "commands/queues/commands.hpp"
#include "commands/queues/consumer_commands.hpp"
#include "commands/queues/target.hpp"
#include "commands/table.hpp"

namespace corral::queues {

namespace {

enum class Which { all, worker, http };

bool is_listed(const Consumer& consumer, Which which) {
  return which == Which::all || consumer.pulls == (which == Which::http);
}

std::string shown_number(const std::optional<std::int64_t>& number) {
  return number ? std::to_string(*number) : "";
}

void run(const QueueOptions& options, Context& context, Which which) {
  const KnownQueue queue = find_queue(context, options);
  Output& out = context.out();
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
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
Run declare(CLI::App& app) {
  auto options = std::make_shared<QueueOptions>();
  add_queue_options(app, *options, "queue-name");
  return [options](Context& context) { run(*options, context, which); };
}

}  // namespace

Command consumer_list() {
  return {.names = {"list"},
          .summary = "List the consumers of a queue",
          .examples = {"corral queues consumer list mails"},
          .declare = declare<Which::all>,
          .reads_only = true,
          .live_values = queue_values()};
}

Command consumer_worker_list() {
  return {.names = {"list"},
          .summary = "List the Workers that consume a queue",
          .examples = {"corral queues consumer worker list mails"},
          .declare = declare<Which::worker>,
          .reads_only = true,
          .live_values = queue_values()};
}

Command consumer_http_list() {
  return {.names = {"list"},
          .summary = "List the pulling consumers of a queue",
          .examples = {"corral queues consumer http list mails"},
          .declare = declare<Which::http>,
          .reads_only = true,
          .live_values = queue_values()};
}

}  // namespace corral::queues

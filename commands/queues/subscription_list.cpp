#include <algorithm>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/error.hpp"
#include "backends/text.hpp"
#include "commands/arguments.hpp"
#include "commands/json_text.hpp"
#include "commands/list_output.hpp"
#include "commands/queues/commands.hpp"
#include "commands/queues/subscription_commands.hpp"
#include "commands/table.hpp"

namespace corral::queues {

namespace {

struct ListOptions {
  QueueOptions target;
  std::optional<std::int64_t> page;
  std::optional<std::int64_t> per_page;
};

struct GetOptions {
  QueueOptions target;
  std::string id;
};

void print(Context& context, const std::vector<Subscription>& subscriptions) {
  Output& out = context.out();
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  Table table({{"id"}, {"name"}, {"source"}, {"events"}, {"enabled"}});
  for (const Subscription& one : subscriptions) {
    list.push_back(subscription_as_json(one));
    table.add({one.id, one.name, one.source, fmt::format("{}", fmt::join(one.events, ",")),
               one.enabled ? "yes" : "no"});
  }
  print_list(out, list, table, "no subscriptions here; make one with 'corral queues subscription create'");
}

void run_list(const ListOptions& options, Context& context) {
  constexpr std::int64_t default_per_page = 20;
  constexpr std::int64_t most_per_page = 100;
  constexpr std::int64_t most = 1'000'000;
  check_range("--page", options.page, 1, most);
  check_range("--per-page", options.per_page, 1, most_per_page);
  const KnownQueue queue = find_queue(context, options.target);
  const auto& all = queue.settings.subscriptions;
  const auto size = options.per_page.value_or(default_per_page);
  const auto count = static_cast<std::int64_t>(all.size());
  const auto first = std::min(count, (options.page.value_or(1) - 1) * size);
  const auto last = std::min(count, first + size);
  print(context, {all.begin() + first, all.begin() + last});
}

void run_get(const GetOptions& options, Context& context) {
  KnownQueue queue = find_queue(context, options.target);
  print_subscription(context, find_subscription(queue.settings, options.id, queue.name));
}

Run declare_list(CLI::App& app) {
  auto options = std::make_shared<ListOptions>();
  add_queue_options(app, options->target, "queue");
  shown_default(value_name(add_integer(app, "--page", options->page, "Which page"), "NUMBER"), "1");
  shown_default(value_name(add_integer(app, "--per-page", options->per_page, "How many on a page"), "COUNT"),
                "20");
  return [options](Context& context) { run_list(*options, context); };
}

Run declare_get(CLI::App& app) {
  auto options = std::make_shared<GetOptions>();
  add_queue_options(app, options->target, "queue");
  required(value_name(add_text(app, "--id", options->id, "Id of the subscription"), "ID"));
  return [options](Context& context) { run_get(*options, context); };
}

}  // namespace

void print_subscription(Context& context, const Subscription& subscription) {
  if (context.out().for_person()) {
    print(context, {subscription});
  } else {
    context.out().data(json_text(subscription_as_json(subscription), 2) + "\n");
  }
}

Subscription& find_subscription(QueueSettings& settings, std::string_view id, std::string_view queue) {
  for (Subscription& one : settings.subscriptions) {
    if (one.id == id) return one;
  }
  throw Error(ErrorKind::not_found,
              fmt::format("the queue \"{}\" has no subscription {}", shown(queue), shown(id)),
              fmt::format("see 'corral queues subscription list {}'", shown(queue)));
}

Command subscription_list() {
  return {.names = {"list"},
          .summary = "List the subscriptions of a queue",
          .examples = {"corral queues subscription list mails"},
          .declare = declare_list,
          .reads_only = true,
          .live_values = queue_values()};
}

Command subscription_get() {
  return {.names = {"get"},
          .summary = "Show one subscription",
          .examples = {"corral queues subscription get subscribed --id $(corral queues subscription list "
                       "subscribed | grep -oE '[0-9a-f]{32}')"},
          .declare = declare_get,
          .reads_only = true,
          .live_values = queue_values()};
}

}  // namespace corral::queues

#include <algorithm>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/error.hpp"
#include "backends/text.hpp"
#include "commands/arguments.hpp"
#include "commands/queues/commands.hpp"
#include "commands/queues/consumer_commands.hpp"
#include "commands/queues/target.hpp"

namespace corral::queues {

namespace {

struct Options {
  QueueOptions target;
  std::optional<std::string> script;  ///< nullopt: the consumer that pulls
};

void run(const Options& options, Context& context) {
  const KnownQueue queue = find_queue(context, options.target);
  const auto is_meant = [&](const Consumer& consumer) {
    return options.script ? !consumer.pulls && consumer.script == *options.script : consumer.pulls;
  };
  QueueSettings settings = queue.settings;
  if (std::erase_if(settings.consumers, is_meant) == 0) {
    const bool configured = std::any_of(queue.consumers.begin(), queue.consumers.end(), is_meant);
    const std::string what =
        options.script ? fmt::format("consumer \"{}\"", shown(*options.script)) : "pulling consumer";
    throw Error(ErrorKind::not_found,
                fmt::format("the queue \"{}\" has no {} that was added here", shown(queue.name), what),
                configured ? "it is in the config: remove it there"
                           : fmt::format("see 'corral queues consumer list {}'", shown(queue.name)));
  }
  store_settings(context, options.target.state, queue, std::move(settings));
  context.out().note(fmt::format("removed the consumer from the queue \"{}\"", shown(queue.name)));
}

Run declare_worker(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_queue_options(app, options->target, "queue-name");
  required(value_name(add_text(app, "script-name", options->script, "Name of the Worker"), "SCRIPT"));
  return [options](Context& context) { run(*options, context); };
}

Run declare_http(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_queue_options(app, options->target, "queue-name");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command consumer_remove() {
  return {.names = {"remove"},
          .summary = "Take a Worker off a queue",
          .examples = {"corral queues consumer remove jobs worker-of-jobs"},
          .declare = declare_worker,
          .live_values = queue_values()};
}

Command consumer_worker_remove() {
  return {.names = {"remove"},
          .summary = "Take a Worker off a queue",
          .examples = {"corral queues consumer worker remove jobs worker-of-jobs"},
          .declare = declare_worker,
          .live_values = queue_values()};
}

Command consumer_http_remove() {
  return {.names = {"remove"},
          .summary = "Take the pulling consumer off a queue",
          .examples = {"corral queues consumer http remove pulled"},
          .declare = declare_http,
          .live_values = queue_values()};
}

}  // namespace corral::queues

#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/queues/commands.hpp"
#include "commands/queues/target.hpp"
#include "commands/text/json.hpp"

namespace corral::queues {

namespace {

struct Options {
  QueueOptions target;
  std::optional<std::int64_t> delay;
  std::optional<std::int64_t> retention;
};

void run(const Options& options, Context& context) {
  check_range("--delivery-delay-secs", options.delay, 0, queue_max_delay / 1000);
  check_range("--message-retention-period-secs", options.retention, queue_min_retention / 1000,
              queue_max_retention / 1000);
  const KnownQueue queue = find_queue(context, options.target);
  context.stores(options.target.state)
      .queue_definitions()
      .update(queue.defined, {.delivery_delay = options.delay, .retention = options.retention});
  context.out().note(fmt::format("updated queue \"{}\"", shown(queue.name)));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  value_name(add_integer(arguments, "--delivery-delay-secs", options->delay,
                         "Default delay for new messages: 0 to 86400"),
             "SECONDS");
  value_name(add_integer(arguments, "--message-retention-period-secs", options->retention,
                         "Delete new messages after this long: 60 to 1209600"),
             "SECONDS");
  add_queue_options(arguments, options->target, "name");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command update() {
  return {.names = {"update"},
          .summary = "Change the delay and the retention of a queue",
          .examples = {"corral queues update mails --delivery-delay-secs 5"},
          .declare = declare,
          .live_values = queue_values()};
}

}  // namespace corral::queues

#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/queues/commands.hpp"
#include "commands/queues/target.hpp"
#include "commands/text/json.hpp"

namespace corral::queues {

namespace {

struct Options {
  QueueOptions target;
  bool force = false;
};

std::string messages(const std::optional<std::uint64_t>& count) {
  return count ? fmt::format("{} {}", *count, *count == 1 ? "message" : "messages") : "all its messages";
}

void run(const Options& options, Context& context) {
  const KnownQueue queue = find_queue(context, options.target);
  const auto opened = open_messages(context, options.target.state, queue);
  std::optional<std::uint64_t> count;
  if (opened->traits().counts) count = opened->stats(context.clock().now()).messages;
  QueueDefinitions& definitions = context.stores(options.target.state).queue_definitions();
  confirm(context,
          fmt::format("Delete queue \"{}\"{} and {}{}?", shown(queue.name), definitions.owner(),
                      count ? "its " : "", messages(count)),
          "--force (-y)", options.force || count == 0);
  const std::optional<std::uint64_t> removed = definitions.remove(queue.defined);
  const bool is_configured = definitions.made_by_first_use() && !queue.producers.empty();
  context.out().note(fmt::format("deleted queue \"{}\" with {}{}", shown(queue.name), messages(removed),
                                 is_configured ? "; the config still names it" : ""));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_queue_options(arguments, options->target, "name");
  add_flag(arguments, "-y,--force", options->force, "Do not ask, even though messages are lost");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command remove() {
  return {.names = {"delete"},
          .summary = "Delete a queue and all its messages",
          .examples = {"corral queues delete mails -y"},
          .declare = declare,
          .live_values = queue_values()};
}

}  // namespace corral::queues

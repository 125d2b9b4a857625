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

void run(const Options& options, Context& context) {
  const KnownQueue queue = find_queue(context, options.target);
  const std::uint64_t messages =
      open_messages(context, options.target.state, queue)->stats(context.clock().now()).messages;
  confirm(context,
          fmt::format("Delete queue \"{}\" and its {} {}?", shown(queue.name), messages,
                      messages == 1 ? "message" : "messages"),
          "--force (-y)", options.force || messages == 0);
  Stores& stores = context.stores(options.target.state);
  const std::uint64_t removed = stores.queues().drop(queue.name);
  if (queue.made_here) stores.registry().remove(ResourceKind::queue, queue.made_here->id);
  context.out().note(fmt::format("deleted queue \"{}\" with {} {}{}", shown(queue.name), removed,
                                 removed == 1 ? "message" : "messages",
                                 queue.producers.empty() ? "" : "; the config still names it"));
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

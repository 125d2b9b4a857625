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

void set_paused(const QueueOptions& options, Context& context, bool paused) {
  const KnownQueue queue = find_queue(context, options);
  open_messages(context, options.state, queue)->set_paused(paused);
  context.out().note(
      fmt::format("{} delivery of the queue \"{}\"", paused ? "paused" : "resumed", shown(queue.name)));
}

Run declare_pause(Arguments& arguments) {
  auto options = std::make_shared<QueueOptions>();
  add_queue_options(arguments, *options, "name");
  return [options](Context& context) { set_paused(*options, context, true); };
}

Run declare_resume(Arguments& arguments) {
  auto options = std::make_shared<QueueOptions>();
  add_queue_options(arguments, *options, "name");
  return [options](Context& context) { set_paused(*options, context, false); };
}

}  // namespace

Command pause_delivery() {
  return {.names = {"pause-delivery"},
          .summary = "Pause delivery; the queue still accepts messages",
          .examples = {"corral queues pause-delivery mails"},
          .declare = declare_pause,
          .live_values = queue_values()};
}

Command resume_delivery() {
  return {.names = {"resume-delivery"},
          .summary = "Resume delivery",
          .examples = {"corral queues resume-delivery mails"},
          .declare = declare_resume,
          .live_values = queue_values()};
}

}  // namespace corral::queues

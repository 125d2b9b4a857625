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
  std::vector<std::string> refs;
  bool force = false;
};

void purge_refs(const Options& options, Context& context, MessageQueue& messages) {
  const std::vector<bool> erased = messages.erase(options.refs, context.clock().now());
  std::size_t gone = 0;
  for (std::size_t i = 0; i < erased.size(); ++i) {
    if (erased[i]) continue;
    ++gone;
    context.out().warning(fmt::format("no message has the ref {}", shown(options.refs[i])));
  }
  context.out().note(fmt::format("deleted {} of {} messages", erased.size() - gone, erased.size()));
  if (gone == 0) return;
  throw Error(ErrorKind::not_found, fmt::format("{} of {} messages were not there", gone, erased.size()),
              "'corral queues peek' shows the refs of those that are");
}

void run(const Options& options, Context& context) {
  const KnownQueue queue = find_queue(context, options.target);
  const auto messages = open_messages(context, options.target.state, queue);
  if (!options.refs.empty()) {
    purge_refs(options, context, *messages);
    return;
  }
  const std::string owner = context.stores(options.target.state).queue_definitions().owner();
  confirm(context, fmt::format("Delete all messages of the queue \"{}\"{}?", shown(queue.name), owner),
          "--force (-y)", options.force);
  const std::optional<std::uint64_t> removed = messages->purge(context.clock().now());
  context.out().note(fmt::format(
      "deleted {} from the queue \"{}\"",
      removed ? fmt::format("{} {}", *removed, *removed == 1 ? "message" : "messages") : "all messages",
      shown(queue.name)));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_queue_options(arguments, options->target, "name");
  add_flag(arguments, "-y,--force", options->force, "Do not ask");
  return [options](Context& context) { run(*options, context); };
}

Run declare_with_refs(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_queue_options(arguments, options->target, "queue", Reach::state_folder);
  value_name(add_texts(arguments, "refs", options->refs, "Only these messages, by the ref that 'peek' shows"),
             "REF");
  add_flag(arguments, "-y,--force", options->force, "Do not ask before all are deleted");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command purge() {
  return {.names = {"purge"},
          .summary = "Delete all messages of a queue",
          .examples = {"corral queues purge mails --force"},
          .declare = declare,
          .live_values = queue_values()};
}

Command purge_messages() {
  return {.names = {"purge"},
          .summary = "Delete given messages, or all messages of a queue",
          .examples = {"corral queues messages purge mails --force"},
          .declare = declare_with_refs,
          .live_values = queue_values()};
}

}  // namespace corral::queues

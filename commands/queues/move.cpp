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
  std::optional<std::string> to;
};

/// Moves all messages that are not leased, page by page; `to` nullopt: back to their sources.
void move_all(const Options& options, Context& context, const KnownQueue& from,
              std::optional<std::string> to) {
  MoveRequest request;
  request.to = std::move(to);
  request.retention = [&](const std::string& name) {
    return retention_of(context, options.target.state, name);
  };
  std::uint64_t moved = 0;
  std::uint64_t skipped = 0;
  while (true) {
    const MoveResult result =
        context.stores(options.target.state).queues().move(from.name, request, context.clock().now());
    moved += result.moved;
    skipped += result.skipped;
    if (result.last_ref.empty()) break;
    request.after_ref = result.last_ref;
    context.check_interrupt();
  }
  context.out().note(fmt::format("moved {} {}{}", moved, moved == 1 ? "message" : "messages",
                                 skipped == 0 ? ""
                                              : fmt::format("; {} stay: in flight{}", skipped,
                                                            request.to ? "" : ", or not dead letters")));
}

void run_move(const Options& options, Context& context) {
  const KnownQueue from = find_queue(context, options.target);
  QueueOptions target = options.target;
  target.name = *options.to;
  const KnownQueue to = find_queue(context, target);
  move_all(options, context, from, to.name);
}

void run_redrive(const Options& options, Context& context) {
  const KnownQueue from = find_queue(context, options.target);
  if (!options.to) {
    move_all(options, context, from, std::nullopt);
    return;
  }
  run_move(options, context);
}

Run declare_move(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_queue_options(arguments, options->target, "queue", Reach::state_folder);
  required(value_name(add_text(arguments, "to", options->to, "The queue to move to"), "TO"));
  return [options](Context& context) { run_move(*options, context); };
}

Run declare_redrive(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_queue_options(arguments, options->target, "queue", Reach::state_folder);
  value_name(add_text(arguments, "--to", options->to, "Send all to this queue instead of their origins"),
             "QUEUE");
  return [options](Context& context) { run_redrive(*options, context); };
}

}  // namespace

Command move_messages(Form form) {
  return {.names = {"move"},
          .summary = "Move all messages that are not leased to another queue",
          .examples = {form == Form::brief ? "corral queues move mails jobs"
                                           : "corral queues messages move mails jobs"},
          .declare = declare_move,
          .live_values = queue_values()};
}

Command redrive(Form form) {
  return {.names = {"redrive"},
          .summary = "Send dead letters back to the queues they came from",
          .examples = {form == Form::brief ? "corral queues redrive lost-mails"
                                           : "corral queues messages redrive lost-mails --to mails"},
          .declare = declare_redrive,
          .live_values = queue_values()};
}

}  // namespace corral::queues

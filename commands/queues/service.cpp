#include "commands/queues/commands.hpp"

namespace corral::queues {

namespace {

std::vector<Command> message_commands() {
  return {push(Form::messages),          bulk_push(),
          pull(Form::messages),          peek(Form::messages),
          ack(Form::messages),           retry(Form::messages),
          extend_leases(Form::messages), purge_messages(),
          tail(Form::messages),          move_messages(Form::messages),
          redrive(Form::messages),       export_messages(Form::messages)};
}

std::vector<Command> commands() {
  return {
      create(),
      list(),
      info(),
      update(),
      remove(),
      purge(),
      pause_delivery(),
      resume_delivery(),
      {.names = {"consumer"},
       .silent_names = {"consumers"},
       .summary = "Say who consumes a queue, and how",
       .children = consumer_commands},
      {.names = {"subscription"},
       .silent_names = {"subscriptions"},
       .summary = "Keep subscriptions of queues to events",
       .children = subscription_commands},
      {.names = {"messages"}, .summary = "Send, receive and look at messages", .children = message_commands},
      push(Form::brief),
      pull(Form::brief),
      ack(Form::brief),
      retry(Form::brief),
      extend_leases(Form::brief),
      peek(Form::brief),
      tail(Form::brief),
      move_messages(Form::brief),
      redrive(Form::brief),
      export_messages(Form::brief),
      consume()};
}

}  // namespace

Command service() {
  return {.names = {"queues"}, .summary = "Queues: durable messages between programs", .children = commands};
}

}  // namespace corral::queues

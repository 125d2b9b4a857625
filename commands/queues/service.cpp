#include "commands/queues/commands.hpp"

namespace corral::queues {

// Each command is declared and implemented in the file of the same name.
Command create();
Command list();
Command info();
Command update();
Command remove();  // delete.cpp
Command purge();
Command pause_delivery();
Command resume_delivery();

// consumers.cpp: the groups `consumer`, `consumer worker` and `consumer http`.
std::vector<Command> consumer_commands();

// subscriptions.cpp
std::vector<Command> subscription_commands();

Command consume();
Command push(Form form);   // `messages push`, `send`
Command bulk_push();       // `messages bulk-push`
Command pull(Form form);   // `messages pull`, `pull`
Command purge_messages();  // `messages purge`
Command peek(Form form);
Command ack(Form form);
Command retry(Form form);
Command extend_leases(Form form);
Command tail(Form form);
Command move_messages(Form form);
Command redrive(Form form);
Command export_messages(Form form);

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
       .summary = "Configure the consumers of a queue",
       .children = consumer_commands},
      {.names = {"subscription"},
       .silent_names = {"subscriptions"},
       .summary = "Manage event subscriptions of queues",
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

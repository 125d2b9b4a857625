#pragma once

#include <vector>

#include "commands/command/command.hpp"

namespace corral::queues {

/// `corral queues`. Each command below is declared and run in the file of its name.
Command service();

Command create();
Command list();
Command info();
Command update();
Command remove();  // delete.cpp
Command purge();
Command pause_delivery();
Command resume_delivery();

/// consumers.cpp: the groups `consumer`, `consumer worker` and `consumer http`.
std::vector<Command> consumer_commands();

/// subscriptions.cpp
std::vector<Command> subscription_commands();

Command consume();

/// Those of `queues messages`, which have short forms below `queues`; `messages` chooses the form.
enum class Form { messages, brief };
Command push(Form form);  // `messages push`, `send`
Command bulk_push();      // `messages bulk-push`
Command pull(Form form);  // `messages pull`, `pull`
Command peek(Form form);
Command ack(Form form);
Command retry(Form form);
Command extend_leases(Form form);
Command purge_messages();  // `messages purge`
Command tail(Form form);
Command move_messages(Form form);
Command redrive(Form form);
Command export_messages(Form form);

/// The completions of the positionals that name a queue.
std::vector<LiveValues> queue_values();

}  // namespace corral::queues

#pragma once

#include <vector>

#include "commands/command/command.hpp"

namespace corral::queues {

/// `corral queues`.
Command service();

/// Those of `queues messages`, which have short forms below `queues`; `messages` chooses the form.
enum class Form { messages, brief };

/// The completions of the positionals that name a queue.
std::vector<LiveValues> queue_values();

}  // namespace corral::queues

#pragma once

#include <vector>

#include "commands/command/command.hpp"

namespace corral::queues {

/// `corral queues`.
Command service();

/// Commands of `queues messages` that have short forms under `queues`; selects which form to declare.
enum class Form { messages, brief };

/// Completions of the positionals that name a queue.
std::vector<LiveValues> queue_values();

}  // namespace corral::queues

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backends/message_queue.hpp"
#include "commands/command/context.hpp"

namespace corral::queues {

/// The settlements that a command line asks for: `words` are lease ids; without any (or with "-" alone) they
/// come from standard input, which holds lease ids, one a line, or what `pull` printed, or the REST API's
/// {"acks": [{"lease_id"}], "retries": [{"lease_id", "delay_seconds"}]}. What does not say so itself is of
/// `kind` and has `delay`. Throws usage if there is none to read, invalid_input for what cannot be read.
std::vector<Settlement> read_settlements(Context& context, const std::vector<std::string>& words,
                                         Settlement::Kind kind, UnixMillis delay);

}  // namespace corral::queues

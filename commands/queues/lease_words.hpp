#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/message_queue.hpp"
#include "commands/command/context.hpp"

namespace corral::queues {

/// The settlements that a command line asks for: `words` are lease ids. Without any (or with only "-") they
/// come from standard input: lease ids, one per line, or the output of `pull`, or the REST API's {"acks":
/// [{"lease_id"}], "retries": [{"lease_id", "delay_seconds"}]}. `kind` and `delay` apply unless the input
/// specifies them. Throws usage if there is nothing to read, invalid_input for malformed input.
std::vector<Settlement> read_settlements(Context& context, const std::vector<std::string>& words,
                                         Settlement::Kind kind, UnixMillis delay);

}  // namespace corral::queues

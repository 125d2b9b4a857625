#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/message_queue.hpp"

namespace corral::queues {

/// The outcomes that a consumer's answer gives for a batch.
struct Outcomes {
  std::vector<Settlement> settlements;  ///< one per message
  std::string remainder;                ///< the lines of the answer that were not outcomes
};

/// Parses an answer: each line that is a JSON object with an "outcome" of "ack" or "retry" settles the
/// message with its "id", or all remaining messages if it has none; "delay_seconds" delays a retry. The first
/// outcome for a message counts. Messages without an outcome are settled as `otherwise`. `delay`: for a retry
/// that specifies none.
Outcomes read_outcomes(std::string_view answer, Settlement::Kind otherwise,
                       const std::vector<QueueMessage>& messages, UnixMillis delay);

}  // namespace corral::queues

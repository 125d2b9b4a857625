#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backends/message_queue.hpp"

namespace corral::queues {

/// What a consumer's answer makes of a batch.
struct Outcomes {
  std::vector<Settlement> settlements;  ///< one a message
  std::string remainder;                ///< the lines of the answer that were no outcomes
};

/// Reads an answer: each line that is a JSON object with an "outcome" of "ack" or "retry" says what became of
/// the message of its "id", or of all that are left if it names none; "delay_seconds" holds a retry back. The
/// first word on a message counts. What nothing was said of is settled as `otherwise`. `delay`: of a retry
/// that says none.
Outcomes read_outcomes(std::string_view answer, Settlement::Kind otherwise,
                       const std::vector<QueueMessage>& messages, UnixMillis delay);

}  // namespace corral::queues

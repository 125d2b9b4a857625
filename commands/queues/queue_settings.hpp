#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/message_queue.hpp"
#include "backends/queue_definitions.hpp"
#include "commands/command/project.hpp"
#include "commands/text/json.hpp"

namespace corral {
class Arguments;
}

namespace corral::queues {

/// A consumer and a subscription as commands print them: what the account says of it, else the same shape.
Json consumer_as_json(const Consumer& consumer);
Json subscription_as_json(const Subscription& subscription);

/// A consumer from the config. Throws invalid_input for numbers out of range.
Consumer consumer_of_config(const QueueConsumer& configured);

/// Throws usage, naming the flag or field, unless the number is within the range (inclusive).
void check_range(std::string_view what, const std::optional<std::int64_t>& value, std::int64_t least,
                 std::int64_t most);
/// Throws usage unless a new queue may have this name, by Cloudflare's rule; one of the config may have any.
void check_new_queue(std::string_view name);
/// Throws usage unless all settings of a consumer are in range.
void check_consumer(const Consumer& consumer);

/// Adds the flags for failed messages: --message-retries, --dead-letter-queue, --retry-delay-secs.
void add_retry_flags(Arguments& arguments, Consumer& consumer);

}  // namespace corral::queues

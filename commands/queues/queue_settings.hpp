#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/message_queue.hpp"
#include "commands/command/project.hpp"
#include "commands/text/json.hpp"

namespace corral {
class Arguments;
}

namespace corral::queues {

/// A consumer's delivery settings; those not given have the product's defaults (docs/reference/queues.md).
struct Consumer {
  std::string id;                             ///< 32 hex digits; empty: from the config
  bool pulls = false;                         ///< type "http_pull"; else "worker"
  std::string script;                         ///< for a Worker
  std::optional<std::int64_t> batch_size;     ///< 0 to 100
  std::optional<std::int64_t> batch_timeout;  ///< seconds, 0 to 60
  std::optional<std::int64_t> retries;        ///< 0 to 100
  std::optional<std::int64_t> concurrency;    ///< 1 to 250
  std::optional<std::int64_t> visibility_ms;  ///< 1 to 43,200,000
  std::optional<std::int64_t> retry_delay;    ///< seconds, 0 to 86,400
  std::optional<std::string> dead_letter_queue;
  UnixMillis created_at = 0;
};

/// A subscription to account events. Stored and shown; no such events are sent locally.
struct Subscription {
  std::string id;
  std::string name;
  std::string source;                                              ///< "kv", "workersAi.model", ...
  std::vector<std::pair<std::string, std::string>> source_fields;  ///< {"model_name", "..."}
  std::vector<std::string> events;
  bool enabled = true;
  UnixMillis created_at = 0;
  UnixMillis modified_at = 0;
};

/// The registry's record of a queue, as JSON in Resource::settings.
struct QueueSettings {
  std::optional<std::int64_t> delivery_delay;  ///< seconds, 0 to 86,400
  std::optional<std::int64_t> retention;       ///< seconds, 60 to 1,209,600
  std::optional<std::string> jurisdiction;
  UnixMillis modified_at = 0;
  std::vector<Consumer> consumers;
  std::vector<Subscription> subscriptions;
};

std::string encode_settings(const QueueSettings& settings);
/// Throws corrupt, naming the queue.
QueueSettings decode_settings(std::string_view text, std::string_view queue);

/// A consumer and a subscription as commands print them, in the shape of the REST API.
Json consumer_as_json(const Consumer& consumer);
Json subscription_as_json(const Subscription& subscription);

/// A consumer from the config. Throws invalid_input for numbers out of range.
Consumer consumer_of_config(const QueueConsumer& configured);

/// Throws usage, naming the flag or field, unless the number is within the range (inclusive).
void check_range(std::string_view what, const std::optional<std::int64_t>& value, std::int64_t least,
                 std::int64_t most);
/// Throws usage unless all settings of a consumer are in range.
void check_consumer(const Consumer& consumer);

/// Adds the flags for failed messages: --message-retries, --dead-letter-queue, --retry-delay-secs.
void add_retry_flags(Arguments& arguments, Consumer& consumer);

}  // namespace corral::queues

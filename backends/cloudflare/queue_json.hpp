#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "backends/message_queue.hpp"
#include "backends/queue_definitions.hpp"

namespace corral::cloudflare {

/// Queues, their consumers, subscriptions and messages, as the REST API writes them.
DefinedQueue read_queue(const nlohmann::ordered_json& json);
Subscription read_subscription(const nlohmann::ordered_json& json);

/// A message of a pull or a preview. In a preview the lease id is the message's ref.
QueueMessage read_message(const nlohmann::ordered_json& json);

/// The body of the request that adds a consumer.
nlohmann::ordered_json new_consumer(const Consumer& consumer);

/// {"delivery_delay", "message_retention_period"}: what is given of them.
nlohmann::ordered_json queue_settings(const std::optional<std::int64_t>& delivery_delay,
                                      const std::optional<std::int64_t>& retention);

/// The body of the request that makes a subscription.
nlohmann::ordered_json new_subscription(const Subscription& subscription, const std::string& queue_id);

/// {"body", "content_type"} + "delay_seconds", unless the delay is the queue's own. Bytes go as base64.
std::string message_object(const NewMessage& message, UnixMillis own_delay);

}  // namespace corral::cloudflare

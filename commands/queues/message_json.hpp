#pragma once

#include <string>
#include <string_view>

#include "backends/bytes/unix_time.hpp"
#include "backends/message_queue.hpp"
#include "commands/text/json.hpp"

namespace corral::queues {

/// A body as JSON: for json the value, for text a string, for bytes and v8 base64 (also for text that is not
/// UTF-8).
Json body_as_json(const QueueMessage& message);

/// A message from `pull`, in the REST API's shape: {"body", "id", "timestamp_ms", "attempts", "lease_id",
/// "metadata"}.
Json pulled_as_json(const QueueMessage& message);

/// A message as `peek` and `tail` print it: with its ref, state and times instead of a lease.
Json seen_as_json(const QueueMessage& message);

/// A batch as delivered to a consumer: {"queue", "messages": [{"id", "timestamp", "attempts", "content_type",
/// "body"}]}.
std::string batch_as_json(std::string_view queue, const std::vector<QueueMessage>& messages);

/// The start of the message's body, for display.
std::string body_excerpt(const QueueMessage& message);

std::string_view name_of(MessageState state);

/// A message from "body" and "content_type" of a JSON object; without a content type, text for a string and
/// json for anything else. Throws invalid_input with the reason.
NewMessage message_of_json(const Json& item, UnixMillis default_delay);

/// A message from raw bytes. For json they must be valid JSON, which is stored compactly. Throws
/// invalid_input.
NewMessage message_of_bytes(std::string bytes, QueueContentType type, UnixMillis delay);

}  // namespace corral::queues

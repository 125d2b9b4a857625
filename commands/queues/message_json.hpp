#pragma once

#include <string>
#include <string_view>

#include "backends/message_queue.hpp"
#include "commands/text/json.hpp"

namespace corral::queues {

/// A body as JSON carries it: of json the value, of text a string, of bytes and v8 base64 (text that is not
/// UTF-8 too).
Json body_as_json(const QueueMessage& message);

/// A message of `pull`, in the REST API's shape: {"body", "id", "timestamp_ms", "attempts", "lease_id",
/// "metadata"}.
Json pulled_as_json(const QueueMessage& message);

/// A message as `peek` and `tail` print it: with its ref, state and times instead of a lease.
Json seen_as_json(const QueueMessage& message);

/// A batch as a consumer gets it: {"queue", "messages": [{"id", "timestamp", "attempts", "content_type",
/// "body"}]}.
std::string batch_as_json(std::string_view queue, const std::vector<QueueMessage>& messages);

/// The message as text for a person: the beginning of its body.
std::string body_excerpt(const QueueMessage& message);

std::string_view name_of(MessageState state);

/// The message that "body" and "content_type" of a JSON object say; without a content type text for a string
/// and json for anything else. Throws invalid_input, saying what is wrong.
NewMessage message_of_json(const Json& item, UnixMillis default_delay);

/// A message of bytes that were given. json: must be valid and is kept compact. Throws invalid_input.
NewMessage message_of_bytes(std::string bytes, QueueContentType type, UnixMillis delay);

}  // namespace corral::queues

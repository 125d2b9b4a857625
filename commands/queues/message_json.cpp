#include "commands/queues/message_json.hpp"

#include <cmath>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/error.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"

namespace corral::queues {

namespace {

UnixMillis delay_of(const Json& item, UnixMillis default_delay) {
  const auto* const found = item.find("delay_seconds");
  if (found == item.end() || found->is_null()) return default_delay;
  if (!found->is_number() || std::trunc(found->get<double>()) != found->get<double>())
    throw Error(ErrorKind::invalid_input, "\"delay_seconds\" must be a whole number");
  const double seconds = found->get<double>();
  constexpr UnixMillis most = queue_max_delay / one_second;
  if (seconds < 0 || seconds > static_cast<double>(most)) {
    throw Error(ErrorKind::invalid_input,
                fmt::format("\"delay_seconds\" must be 0 to {}, but is {}", most, seconds));
  }
  return static_cast<UnixMillis>(seconds) * one_second;
}

}  // namespace

Json body_as_json(const QueueMessage& message) {
  switch (message.content_type) {
    case QueueContentType::json: {
      if (auto value = json_if_valid(message.body)) return *std::move(value);
      break;
    }
    case QueueContentType::text:
      if (is_utf8(message.body)) return message.body;
      break;
    case QueueContentType::bytes:
    case QueueContentType::v8: break;
  }
  return base64_encode(message.body);
}

Json pulled_as_json(const QueueMessage& message) {
  Json json;
  json["body"] = body_as_json(message);
  json["id"] = message.id;
  json["timestamp_ms"] = message.timestamp;
  json["attempts"] = message.attempts;
  json["lease_id"] = message.lease_id;
  json["metadata"] = {{"CF-Content-Type", corral::name_of(message.content_type)}};
  if (!message.source.empty()) json["metadata"]["dead_letter_source"] = message.source;
  return json;
}

Json seen_as_json(const QueueMessage& message) {
  Json json;
  json["ref"] = message.ref;
  json["id"] = message.id;
  json["timestamp_ms"] = message.timestamp;
  json["attempts"] = message.attempts;
  json["state"] = name_of(message.state);
  json["visible_at_ms"] = message.visible_at;
  json["expires_at_ms"] = message.expires_at;
  json["content_type"] = corral::name_of(message.content_type);
  json["body"] = body_as_json(message);
  if (!message.source.empty()) json["dead_letter_source"] = message.source;
  return json;
}

std::string batch_as_json(std::string_view queue, const std::vector<QueueMessage>& messages) {
  Json batch;
  batch["queue"] = queue;
  batch["messages"] = Json::array();
  for (const QueueMessage& message : messages) {
    Json one;
    one["id"] = message.id;
    one["timestamp"] = iso_time(message.timestamp);
    one["timestamp_ms"] = message.timestamp;
    one["attempts"] = message.attempts;
    one["content_type"] = corral::name_of(message.content_type);
    one["body"] = body_as_json(message);
    batch["messages"].push_back(std::move(one));
  }
  return json_text(batch, 0) + "\n";
}

std::string body_excerpt(const QueueMessage& message) {
  constexpr std::size_t most = 200;
  if (message.content_type == QueueContentType::bytes || message.content_type == QueueContentType::v8)
    return fmt::format("{} of {}", readable_size(message.body.size()), corral::name_of(message.content_type));
  return std::string(first_characters(message.body, most));
}

std::string_view name_of(MessageState state) {
  switch (state) {
    case MessageState::ready: return "ready";
    case MessageState::delayed: return "delayed";
    case MessageState::in_flight: return "in_flight";
  }
  return "unknown";
}

NewMessage message_of_bytes(std::string bytes, QueueContentType type, UnixMillis delay) {
  if (type == QueueContentType::json) bytes = json_text(parse_json(bytes, "the message"), 0);
  if (type == QueueContentType::text && !is_utf8(bytes)) {
    throw Error(ErrorKind::invalid_input, "the message is not UTF-8 text",
                "send it with --content-type bytes");
  }
  NewMessage message{std::move(bytes), type, delay};
  check_message(message);
  return message;
}

NewMessage message_of_json(const Json& item, UnixMillis default_delay) {
  if (!item.is_object()) throw Error(ErrorKind::invalid_input, "it is not an object");
  const auto* const body = item.find("body");
  if (body == item.end()) throw Error(ErrorKind::invalid_input, "it has no \"body\"");
  QueueContentType type = body->is_string() ? QueueContentType::text : QueueContentType::json;
  const auto* const given = item.find("content_type");
  if (given != item.end() && !given->is_null()) {
    const auto known = given->is_string() ? content_type_of(given->get<std::string>()) : std::nullopt;
    if (!known)
      throw Error(ErrorKind::invalid_input,
                  "\"content_type\" must be \"json\", \"text\", \"bytes\" or \"v8\"");
    type = *known;
  }
  const UnixMillis delay = delay_of(item, default_delay);
  if (type == QueueContentType::json) return {json_text(*body, 0), type, delay};
  if (!body->is_string()) {
    throw Error(
        ErrorKind::invalid_input,
        fmt::format("its \"body\" must be a string, its content type being {}", corral::name_of(type)));
  }
  if (type == QueueContentType::text) return {body->get<std::string>(), type, delay};
  auto bytes = base64_decode(body->get<std::string>());
  if (!bytes) throw Error(ErrorKind::invalid_input, "its \"body\" must be base64");
  return {std::move(*bytes), type, delay};
}

}  // namespace corral::queues

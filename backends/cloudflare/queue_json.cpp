#include "backends/cloudflare/queue_json.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/cloudflare/iso_time.hpp"
#include "backends/cloudflare/session.hpp"

namespace corral::cloudflare {

namespace {

using Json = nlohmann::ordered_json;

const Json& field_of(const Json& object, const char* name) {
  static const Json none;
  if (!object.is_object()) return none;
  const auto found = object.find(name);
  return found != object.end() ? *found : none;
}

std::optional<std::int64_t> number_of(const Json& object, const char* name) {
  const Json& value = field_of(object, name);
  return value.is_number() ? std::optional(value.get<std::int64_t>()) : std::nullopt;
}

UnixMillis time_of(const Json& object, const char* name) {
  return parse_iso_time(text_of(object, name)).value_or(0);
}

Consumer read_consumer(const Json& json) {
  Consumer consumer;
  consumer.id = text_of(json, "consumer_id");
  consumer.pulls = text_of(json, "type") == "http_pull";
  for (const char* const name : {"script", "script_name", "service"}) {
    if (consumer.script.empty()) consumer.script = text_of(json, name);
  }
  consumer.environment = text_of(json, "environment");
  const Json& settings = field_of(json, "settings");
  consumer.batch_size = number_of(settings, "batch_size");
  if (const auto wait = number_of(settings, "max_wait_time_ms")) consumer.batch_timeout = *wait / one_second;
  consumer.retries = number_of(settings, "max_retries");
  consumer.concurrency = number_of(settings, "max_concurrency");
  consumer.visibility_ms = number_of(settings, "visibility_timeout_ms");
  consumer.retry_delay = number_of(settings, "retry_delay");
  const std::string dead_letters = text_of(json, "dead_letter_queue");
  if (!dead_letters.empty()) consumer.dead_letter_queue = dead_letters;
  consumer.created_at = time_of(json, "created_on");
  consumer.description = write_json(json);
  return consumer;
}

/// A body as it was sent. JSON and bytes arrive as base64; JSON is taken as it is, too.
std::string read_body(const Json& body, QueueContentType type) {
  if (!body.is_string()) return body.is_null() ? std::string() : write_json(body);
  std::string text = body.get<std::string>();
  if (type == QueueContentType::text) return text;
  auto decoded = base64_decode(text);
  if (!decoded || (type == QueueContentType::json && !Json::accept(*decoded))) {
    // A string that is not JSON itself is a JSON string.
    return type != QueueContentType::json || Json::accept(text) ? text : write_json(body);
  }
  return std::move(*decoded);
}

template <typename Value>
void put(Json& json, const char* name, const std::optional<Value>& value) {
  if (value) json[name] = *value;
}

Json text_json(std::string_view text) {
  return Json(text);
}

std::string dump(const Json& json) {
  return write_json(json, {.replace_invalid_utf8 = true});
}

}  // namespace

DefinedQueue read_queue(const Json& json) {
  DefinedQueue queue;
  queue.name = text_of(json, "queue_name");
  queue.id = text_of(json, "queue_id");
  queue.created_at = time_of(json, "created_on");
  queue.modified_at = time_of(json, "modified_on");
  const Json& settings = field_of(json, "settings");
  queue.delivery_delay = number_of(settings, "delivery_delay");
  queue.retention = number_of(settings, "message_retention_period");
  const std::string jurisdiction = text_of(json, "jurisdiction");
  if (!jurisdiction.empty()) queue.jurisdiction = jurisdiction;
  for (const Json& producer : field_of(json, "producers")) {
    std::string name = text_of(producer, "script");
    for (const char* const other : {"service", "bucket_name"}) {
      if (name.empty()) name = text_of(producer, other);
    }
    queue.producers.push_back(std::move(name));
  }
  for (const Json& consumer : field_of(json, "consumers")) queue.consumers.push_back(read_consumer(consumer));
  queue.description = write_json(json);
  return queue;
}

Subscription read_subscription(const Json& json) {
  Subscription subscription;
  subscription.id = text_of(json, "id");
  subscription.name = text_of(json, "name");
  const Json& source = field_of(json, "source");
  subscription.source = text_of(source, "type");
  if (source.is_object()) {
    for (const auto& [name, value] : source.items()) {
      if (name != "type" && value.is_string())
        subscription.source_fields.emplace_back(name, value.get<std::string>());
    }
  }
  for (const Json& event : field_of(json, "events")) {
    if (event.is_string()) subscription.events.push_back(event.get<std::string>());
  }
  subscription.enabled = field_of(json, "enabled") != false;
  subscription.created_at = time_of(json, "created_at");
  subscription.modified_at = time_of(json, "modified_at");
  subscription.description = write_json(json);
  return subscription;
}

QueueMessage read_message(const Json& json) {
  QueueMessage message;
  message.id = text_of(json, "id");
  message.lease_id = text_of(json, "lease_id");
  message.ref = message.lease_id;
  message.timestamp = number_of(json, "timestamp_ms").value_or(0);
  message.attempts =
      static_cast<std::uint32_t>(std::max<std::int64_t>(number_of(json, "attempts").value_or(0), 0));
  const Json& metadata = field_of(json, "metadata");
  // Without a type a body is shown as it came.
  message.content_type =
      content_type_of(text_of(metadata, "CF-Content-Type")).value_or(QueueContentType::text);
  message.body = read_body(field_of(json, "body"), message.content_type);
  return message;
}

Json new_consumer(const Consumer& consumer) {
  Json json;
  if (!consumer.pulls) {
    json["script_name"] = consumer.script;
    json["environment_name"] = consumer.environment;
  }
  json["type"] = consumer.pulls ? "http_pull" : "worker";
  Json& settings = json["settings"] = Json::object();
  put(settings, "batch_size", consumer.batch_size);
  put(settings, "max_retries", consumer.retries);
  if (consumer.batch_timeout) settings["max_wait_time_ms"] = *consumer.batch_timeout * one_second;
  put(settings, "max_concurrency", consumer.concurrency);
  put(settings, "visibility_timeout_ms", consumer.visibility_ms);
  put(settings, "retry_delay", consumer.retry_delay);
  put(json, "dead_letter_queue", consumer.dead_letter_queue);
  return json;
}

Json queue_settings(const std::optional<std::int64_t>& delivery_delay,
                    const std::optional<std::int64_t>& retention) {
  Json settings = Json::object();
  put(settings, "delivery_delay", delivery_delay);
  put(settings, "message_retention_period", retention);
  return settings;
}

Json new_subscription(const Subscription& subscription, const std::string& queue_id) {
  Json source;
  source["type"] = subscription.source;
  for (const auto& [name, value] : subscription.source_fields) source[name] = value;
  return {{"name", subscription.name},
          {"enabled", subscription.enabled},
          {"source", std::move(source)},
          {"destination", {{"type", "queues.queue"}, {"queue_id", queue_id}}},
          {"events", subscription.events}};
}

std::string message_object(const NewMessage& message, UnixMillis own_delay) {
  std::string body;
  switch (message.content_type) {
    case QueueContentType::json: body = message.body; break;
    case QueueContentType::text: body = dump(text_json(message.body)); break;
    case QueueContentType::bytes:
    case QueueContentType::v8: body = dump(text_json(base64_encode(message.body))); break;
  }
  std::string object = fmt::format(R"({{"body":{},"content_type":"{}")", body, name_of(message.content_type));
  if (message.delay != own_delay) object += fmt::format(R"(,"delay_seconds":{})", message.delay / one_second);
  return object + "}";
}

}  // namespace corral::cloudflare

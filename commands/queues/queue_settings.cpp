#include "commands/queues/queue_settings.hpp"

#include <cmath>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/readable.hpp"

namespace corral::queues {

namespace {

template <typename Value>
void put(Json& json, const char* name, const std::optional<Value>& value) {
  if (value) json[name] = *value;
}

std::optional<std::int64_t> whole(const std::optional<double>& number, const char* field) {
  if (!number) return std::nullopt;
  constexpr double most = 1e9;
  if (std::trunc(*number) == *number && std::abs(*number) < most) return static_cast<std::int64_t>(*number);
  throw Error(ErrorKind::usage, fmt::format("{} must be a whole number, but is {}", field, *number));
}

}  // namespace

Json consumer_as_json(const Consumer& consumer) {
  if (!consumer.description.empty()) return parse_json(consumer.description, "the consumer");
  Json json;
  json["consumer_id"] = consumer.id.empty() ? Json(nullptr) : Json(consumer.id);
  json["type"] = consumer.pulls ? "http_pull" : "worker";
  if (!consumer.pulls) json["script"] = consumer.script;
  Json& settings = json["settings"] = Json::object();
  put(settings, "batch_size", consumer.batch_size);
  put(settings, "max_retries", consumer.retries);
  if (consumer.batch_timeout) settings["max_wait_time_ms"] = *consumer.batch_timeout * 1000;
  put(settings, "max_concurrency", consumer.concurrency);
  put(settings, "visibility_timeout_ms", consumer.visibility_ms);
  put(settings, "retry_delay", consumer.retry_delay);
  put(json, "dead_letter_queue", consumer.dead_letter_queue);
  if (consumer.created_at != 0) json["created_on"] = iso_time(consumer.created_at);
  json["from"] = consumer.id.empty() ? "config" : "registry";
  return json;
}

Json subscription_as_json(const Subscription& subscription) {
  if (!subscription.description.empty()) return parse_json(subscription.description, "the subscription");
  Json source;
  source["type"] = subscription.source;
  for (const auto& [name, value] : subscription.source_fields) source[name] = value;
  return {{"id", subscription.id},
          {"name", subscription.name},
          {"source", std::move(source)},
          {"events", subscription.events},
          {"enabled", subscription.enabled},
          {"created_at", iso_time(subscription.created_at)},
          {"modified_at", iso_time(subscription.modified_at)}};
}

void check_range(std::string_view what, const std::optional<std::int64_t>& value, std::int64_t least,
                 std::int64_t most) {
  if (!value || (*value >= least && *value <= most)) return;
  throw Error(ErrorKind::usage, fmt::format("{} must be {} to {}, but is {}", what, least, most, *value));
}

void check_new_queue(std::string_view name) {
  constexpr std::size_t most = 63;
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  if (!name.empty() && name.size() <= most && name.find_first_not_of(allowed) == std::string_view::npos)
    return;
  throw Error(ErrorKind::usage, fmt::format("\"{}\" cannot be the name of a queue", shown(name)),
              "1 to 63 letters, digits, hyphens and underscores");
}

void check_consumer(const Consumer& consumer) {
  constexpr std::int64_t max_batch_timeout = 60;
  constexpr std::int64_t max_concurrency = 250;
  check_range("the batch size", consumer.batch_size, 0, queue_max_pull);
  check_range("the batch timeout in seconds", consumer.batch_timeout, 0, max_batch_timeout);
  check_range("the number of retries", consumer.retries, 0, queue_max_retries);
  check_range("the concurrency", consumer.concurrency, 1, max_concurrency);
  check_range("the visibility timeout in milliseconds", consumer.visibility_ms, 1, queue_max_visibility);
  check_range("the retry delay in seconds", consumer.retry_delay, 0, queue_max_delay / 1000);
  if (consumer.dead_letter_queue) check_queue_name(*consumer.dead_letter_queue);
}

Consumer consumer_of_config(const QueueConsumer& configured) {
  Consumer consumer;
  try {
    consumer.pulls = configured.type == "http_pull";
    consumer.batch_size = whole(configured.max_batch_size, "max_batch_size");
    consumer.batch_timeout = whole(configured.max_batch_timeout, "max_batch_timeout");
    consumer.retries = whole(configured.max_retries, "max_retries");
    consumer.concurrency = whole(configured.max_concurrency, "max_concurrency");
    consumer.visibility_ms = whole(configured.visibility_timeout_ms, "visibility_timeout_ms");
    consumer.retry_delay = whole(configured.retry_delay, "retry_delay");
    consumer.dead_letter_queue = configured.dead_letter_queue;
    check_consumer(consumer);
  } catch (const Error& error) {
    throw Error(ErrorKind::invalid_input,
                fmt::format("the config's consumer of the queue \"{}\" (line {}): {}",
                            shown(configured.queue), configured.at.line, error.message()),
                "correct the config and try again");
  }
  return consumer;
}

void add_retry_flags(Arguments& arguments, Consumer& consumer) {
  value_name(add_integer(arguments, "--message-retries", consumer.retries,
                         "Number of retries of a message: 0 to 100 (3)"),
             "COUNT");
  value_name(add_text(arguments, "--dead-letter-queue", consumer.dead_letter_queue,
                      "Queue for messages that used up their retries; without it they are dropped"),
             "QUEUE");
  value_name(add_integer(arguments, "--retry-delay-secs", consumer.retry_delay,
                         "Delay before a retry: 0 to 86400 (0)"),
             "SECONDS");
}

}  // namespace corral::queues

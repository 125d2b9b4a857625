#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/message_queue.hpp"
#include "commands/queues/message_json.hpp"
#include "commands/text/json_text.hpp"
#include "serve/rest/fields.hpp"
#include "serve/rest/queues.hpp"

namespace corral::serve::rest {

namespace {

namespace code = cloudflare::code;

// Of one request (developers.cloudflare.com/queues/platform/limits).
constexpr std::size_t max_messages = 100;
constexpr std::size_t max_batch_bytes = 256'000;
constexpr std::uint64_t max_body_bytes = std::uint64_t{2} << 20U;  ///< with what is around the messages
constexpr std::int64_t usual_batch = 5;

std::unique_ptr<MessageQueue> messages_of(const Call& call, const queues::KnownQueue& queue) {
  return queues::open_messages(call.context, Call::state, queue);
}

NewMessage message_in(const Json& json, UnixMillis delay) {
  try {
    NewMessage message = queues::message_of_json(json, delay);
    check_message(message);
    return message;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::limit) throw Refusal(413, code::queue_batch_too_large, error.message());
    throw Refusal(400, code::queue_bad_request, "a message: " + error.message());
  }
}

Response send(Call& call, const queues::KnownQueue& queue, const std::vector<NewMessage>& messages) {
  std::size_t bytes = 0;
  for (const NewMessage& message : messages) bytes += message.body.size();
  if (messages.size() > max_messages || bytes > max_batch_bytes) {
    throw Refusal(413, code::queue_batch_too_large,
                  fmt::format("more than {} messages or {} bytes", max_messages, max_batch_bytes));
  }
  messages_of(call, queue)->send(messages, queue.retention, call.now());
  return success(Json{{"metadata", Json::object()}});
}

Response push(Call& call) {
  const queues::KnownQueue queue = find_queue(call, call["queue"]);
  return send(call, queue,
              {message_in(call.json(code::queue_bad_request, max_body_bytes), queue.delivery_delay)});
}

Response push_batch(Call& call) {
  const queues::KnownQueue queue = find_queue(call, call["queue"]);
  const Json body = call.json(code::queue_bad_request, max_body_bytes);
  const Fields fields(body, code::queue_bad_request);
  const auto delay = fields.number("delay_seconds", 0, queue_max_delay / one_second);
  const Json* const list = fields.array("messages");
  if (list == nullptr || list->empty()) fields.refuse("messages", "is missing");
  std::vector<NewMessage> messages;
  for (const Json& one : *list)
    messages.push_back(message_in(one, delay ? *delay * one_second : queue.delivery_delay));
  return send(call, queue, messages);
}

/// A body as the API gives it: text as it is, everything else in base64.
Json body_of(const QueueMessage& message) {
  if (message.content_type == QueueContentType::text && is_utf8(message.body)) return message.body;
  return base64_encode(message.body);
}

Json described(const QueueMessage& message) {
  return {{"body", body_of(message)},
          {"id", message.id},
          {"timestamp_ms", message.timestamp},
          {"attempts", message.attempts},
          {"metadata",
           {{"CF-Content-Type", name_of(message.content_type)}, {"CF-sourceMessageSource", "corral"}}}};
}

/// A request's body may be left out.
Json options_in(const Call& call) {
  if (call.request.body->remaining() == 0) return Json::object();
  return call.json(code::queue_bad_request);
}

std::size_t batch_size_in(const Fields& fields, std::int64_t usual) {
  return static_cast<std::size_t>(fields.number("batch_size", 1, static_cast<std::int64_t>(queue_max_pull))
                                      .value_or(std::max<std::int64_t>(usual, 1)));
}

Response pull(Call& call) {
  const queues::KnownQueue queue = find_queue(call, call["queue"]);
  const Json body = options_in(call);
  const Fields fields(body, code::queue_bad_request);
  const Consumer consumer = queue.consumer();
  PullRequest request;
  request.limit = batch_size_in(fields, consumer.batch_size.value_or(usual_batch));
  request.visibility = fields.number("visibility_timeout_ms", 1, queue_max_visibility)
                           .value_or(consumer.visibility_ms.value_or(queue_default_visibility));
  request.max_retries = static_cast<std::uint32_t>(consumer.retries.value_or(queue_default_retries));
  request.dead_letter = queues::dead_letters_to(call.context, Call::state, consumer.dead_letter_queue);
  PullResult pulled;
  try {
    pulled = messages_of(call, queue)->pull(request, call.now());
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::conflict) throw;
    throw Refusal(409, code::queue_paused, "the delivery of the queue is paused");
  }
  Json messages = Json::array();
  for (const QueueMessage& message : pulled.messages) {
    Json one = described(message);
    one["lease_id"] = message.lease_id;
    messages.push_back(std::move(one));
  }
  return success(Json{{"message_backlog_count", pulled.backlog}, {"messages", std::move(messages)}});
}

Response peek(Call& call) {
  const queues::KnownQueue queue = find_queue(call, call["queue"]);
  const Json body = options_in(call);
  const Fields fields(body, code::queue_bad_request);
  Json messages = Json::array();
  for (const QueueMessage& message :
       messages_of(call, queue)->peek(batch_size_in(fields, usual_batch), false, call.now())) {
    Json one = described(message);
    one["lease_id"] = message.ref;
    one["ref"] = message.ref;
    messages.push_back(std::move(one));
  }
  return success(Json{{"messages", std::move(messages)}});
}

/// The objects of an array that may be left out.
std::vector<const Json*> objects_in(const Fields& fields, std::string_view name) {
  std::vector<const Json*> objects;
  if (const Json* const list = fields.array(name)) {
    for (const Json& one : *list) objects.push_back(&one);
  }
  return objects;
}

Response settle(Call& call) {
  const queues::KnownQueue queue = find_queue(call, call["queue"]);
  const Json body = call.json(code::queue_bad_request);
  const Fields fields(body, code::queue_bad_request);
  const std::int64_t usual_delay = queue.consumer().retry_delay.value_or(0);
  std::vector<Settlement> settlements;
  for (const Json* const one : objects_in(fields, "acks")) {
    const Fields ack(*one, code::queue_bad_request);
    settlements.push_back({ack.text("lease_id"), Settlement::Kind::ack, 0});
  }
  for (const Json* const one : objects_in(fields, "retries")) {
    const Fields retry(*one, code::queue_bad_request);
    const auto delay = retry.number("delay_seconds", 0, queue_max_delay / one_second).value_or(usual_delay);
    settlements.push_back({retry.text("lease_id"), Settlement::Kind::retry, delay * one_second});
  }
  const std::vector<Settled> settled = messages_of(call, queue)->settle(settlements, call.now());
  std::size_t acked = 0;
  std::size_t retried = 0;
  Json warnings = Json::object();
  for (std::size_t i = 0; i < settled.size(); ++i) {
    if (settled[i] == Settled::stale) {
      warnings[settlements[i].lease_id] = "the lease has ended";
    } else {
      ++(settlements[i].kind == Settlement::Kind::ack ? acked : retried);
    }
  }
  return success(Json{{"ackCount", acked}, {"retryCount", retried}, {"warnings", std::move(warnings)}});
}

Response erase(Call& call) {
  const queues::KnownQueue queue = find_queue(call, call["queue"]);
  const Json body = call.json(code::queue_bad_request);
  const Fields fields(body, code::queue_bad_request);
  std::vector<std::string> refs;
  for (const Json* const one : objects_in(fields, "refs"))
    refs.push_back(Fields(*one, code::queue_bad_request).text("ref"));
  const std::vector<bool> erased = messages_of(call, queue)->erase(refs, call.now());
  Json warnings = Json::object();
  for (std::size_t i = 0; i < erased.size(); ++i) {
    if (!erased[i]) warnings[refs[i]] = "there is no such message";
  }
  return success(Json{{"errors", Json::array()}, {"warnings", std::move(warnings)}});
}

constexpr std::array routes = {
    Route{"queues.messages.push", "POST", "accounts/:account/queues/:queue/messages", push},
    Route{"queues.messages.push-batch", "POST", "accounts/:account/queues/:queue/messages/batch", push_batch},
    Route{"queues.messages.pull", "POST", "accounts/:account/queues/:queue/messages/pull", pull},
    Route{"queues.messages.ack", "POST", "accounts/:account/queues/:queue/messages/ack", settle},
    Route{"queues.messages.peek", "POST", "accounts/:account/queues/:queue/messages/preview", peek},
    Route{"queues.messages.peek", "POST", "accounts/:account/queues/:queue/messages/peek", peek},
    Route{"queues.messages.purge", "POST", "accounts/:account/queues/:queue/messages/purge", erase},
};

}  // namespace

std::span<const Route> queue_message_routes() {
  return routes;
}

}  // namespace corral::serve::rest

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "commands/queues/queue_settings.hpp"
#include "serve/rest/fields.hpp"
#include "serve/rest/queues.hpp"

namespace corral::serve::rest {

namespace {

namespace code = cloudflare::code;

/// A consumer that only the config has needs an id, too.
std::string id_of(const queues::KnownQueue& queue, const Consumer& consumer) {
  constexpr std::size_t digits = 32;
  if (!consumer.id.empty()) return consumer.id;
  const auto place = &consumer - queue.consumers.data();
  return hex(sha256(fmt::format("corral: the id of consumer {} of {}", place, queue.name))).substr(0, digits);
}

Consumer consumer_in(const Json& body) {
  const Fields fields(body, code::queue_bad_request);
  Consumer consumer;
  const std::string type = fields.text("type");
  if (type != "worker" && type != "http_pull") fields.refuse("type", "must be \"worker\" or \"http_pull\"");
  consumer.pulls = type == "http_pull";
  if (!consumer.pulls) {
    consumer.script = fields.text("script_name");
    consumer.environment = fields.text_if_any("environment_name").value_or("");
  }
  consumer.dead_letter_queue = fields.text_if_any("dead_letter_queue");
  if (consumer.dead_letter_queue && consumer.dead_letter_queue->empty()) consumer.dead_letter_queue.reset();
  if (const Json* const object = fields.object("settings")) {
    const Fields settings(*object, code::queue_bad_request);
    const auto number = [&](const char* name) { return settings.number(name, 0, INT32_MAX); };
    consumer.batch_size = number("batch_size");
    if (const auto wait = number("max_wait_time_ms")) consumer.batch_timeout = *wait / one_second;
    consumer.retries = number("max_retries");
    consumer.concurrency = number("max_concurrency");
    consumer.visibility_ms = number("visibility_timeout_ms");
    consumer.retry_delay = number("retry_delay");
  }
  queues::check_consumer(consumer);
  return consumer;
}

const Consumer& find_consumer(const Call& call, const queues::KnownQueue& queue) {
  const auto found = std::find_if(queue.consumers.begin(), queue.consumers.end(),
                                  [&](const Consumer& one) { return id_of(queue, one) == call["consumer"]; });
  if (found != queue.consumers.end()) return *found;
  throw Refusal(404, code::queue_no_such_consumer,
                fmt::format("the queue has no consumer {}", shown(call["consumer"])));
}

Response list(Call& call) {
  const queues::KnownQueue queue = find_queue(call, call["queue"]);
  Json all = Json::array();
  for (const Consumer& one : queue.consumers) all.push_back(described(queue, one));
  return success(all);
}

Response get(Call& call) {
  const queues::KnownQueue queue = find_queue(call, call["queue"]);
  return success(described(queue, find_consumer(call, queue)));
}

Response add(Call& call) {
  const queues::KnownQueue queue = find_queue(call, call["queue"]);
  const Consumer consumer = consumer_in(call.json(code::queue_bad_request));
  try {
    call.stores().queue_definitions().add_consumer(queue.defined, consumer);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::conflict) throw;
    throw Refusal(409, code::queue_consumer_exists, "the queue has a consumer already");
  }
  const queues::KnownQueue after = queue_named(call, queue.name);
  return success(described(after, after.defined.consumers.back()));
}

/// Settings that the request leaves out go back to what they are by default.
Response change(Call& call) {
  const queues::KnownQueue queue = find_queue(call, call["queue"]);
  Consumer consumer = consumer_in(call.json(code::queue_bad_request));
  consumer.id = find_consumer(call, queue).id;
  if (consumer.id.empty())
    throw Refusal(400, code::queue_bad_request, "the consumer is in the config; change it there");
  call.stores().queue_definitions().change_consumer(queue.defined, consumer);
  const queues::KnownQueue after = queue_named(call, queue.name);
  return success(described(after, find_consumer(call, after)));
}

Response remove(Call& call) {
  const queues::KnownQueue queue = find_queue(call, call["queue"]);
  const Consumer& consumer = find_consumer(call, queue);
  if (consumer.id.empty())
    throw Refusal(400, code::queue_bad_request, "the consumer is in the config; take it out there");
  ConsumerChoice choice;
  if (!consumer.pulls) choice.script = consumer.script;
  call.stores().queue_definitions().remove_consumer(queue.defined, choice);
  return success(nullptr);
}

constexpr std::array routes = {
    Route{"queues.consumers.list", "GET", "accounts/:account/queues/:queue/consumers", list},
    Route{"queues.consumers.add", "POST", "accounts/:account/queues/:queue/consumers", add},
    Route{"queues.consumers.get", "GET", "accounts/:account/queues/:queue/consumers/:consumer", get},
    Route{"queues.consumers.change", "PUT", "accounts/:account/queues/:queue/consumers/:consumer", change},
    Route{"queues.consumers.remove", "DELETE", "accounts/:account/queues/:queue/consumers/:consumer", remove},
};

}  // namespace

std::span<const Route> queue_consumer_routes() {
  return routes;
}

Json described(const queues::KnownQueue& queue, const Consumer& consumer) {
  Json json = queues::consumer_as_json(consumer);
  json.erase("from");
  json["consumer_id"] = id_of(queue, consumer);
  if (!consumer.environment.empty()) json["environment"] = consumer.environment;
  json["queue_id"] = rest::id_of(queue);
  return json;
}

}  // namespace corral::serve::rest

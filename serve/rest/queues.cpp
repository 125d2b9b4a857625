#include "serve/rest/queues.hpp"

#include <array>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "commands/text/readable.hpp"
#include "serve/rest/fields.hpp"

namespace corral::serve::rest {

namespace {

namespace code = cloudflare::code;

constexpr std::int64_t largest_page = 1000;

std::string id_of_name(std::string_view name) {
  constexpr std::size_t digits = 32;
  return hex(sha256("corral: the id of queue " + std::string(name))).substr(0, digits);
}

Json producers_of(const Call& call, const queues::KnownQueue& queue) {
  Json producers = Json::array();
  if (!call.context.project().config_file()) return producers;
  for (std::size_t i = 0; i < queue.producers.size(); ++i)
    producers.push_back({{"type", "worker"}, {"script", call.context.project().project().name.value_or("")}});
  return producers;
}

Json described(const Call& call, const queues::KnownQueue& queue) {
  Json consumers = Json::array();
  for (const Consumer& consumer : queue.consumers) consumers.push_back(rest::described(queue, consumer));
  Json producers = producers_of(call, queue);
  Json json;
  json["queue_id"] = id_of(queue);
  json["queue_name"] = queue.name;
  json["created_on"] = iso_time(queue.defined.created_at);
  json["modified_on"] = iso_time(queue.defined.modified_at);
  json["producers_total_count"] = producers.size();
  json["producers"] = std::move(producers);
  json["consumers_total_count"] = consumers.size();
  json["consumers"] = std::move(consumers);
  json["settings"] = {{"delivery_delay", queue.delivery_delay / one_second},
                      {"message_retention_period", queue.retention / one_second},
                      {"delivery_paused", call.stores().queues().open(queue.name)->paused()}};
  return json;
}

Response list(Call& call) {
  const NumberedPage page(call, queues_a_page, largest_page, code::queue_bad_request);
  std::vector<queues::KnownQueue> all = queues::known_queues(call.context, Call::state);
  if (const auto name = call.parameter("name"))
    std::erase_if(all, [&](const queues::KnownQueue& one) { return one.name != *name; });
  return page_of(page, all, [&](const queues::KnownQueue& one) { return described(call, one); });
}

/// What a request says of a queue's settings.
struct Settings {
  QueueChange change;
  std::optional<bool> paused;
};

Settings settings_in(const Fields& fields) {
  const Json* const object = fields.object("settings");
  if (object == nullptr) return {};
  const Fields settings(*object, code::queue_bad_request);
  return {
      .change = {.delivery_delay = settings.number("delivery_delay", 0, queue_max_delay / one_second),
                 .retention = settings.number("message_retention_period", queue_min_retention / one_second,
                                              queue_max_retention / one_second)},
      .paused = settings.flag("delivery_paused")};
}

Response create(Call& call) {
  const Json body = call.json(code::queue_bad_request);
  const Fields fields(body, code::queue_bad_request);
  const std::string name = fields.text("queue_name");
  queues::check_new_queue(name);
  const Settings settings = settings_in(fields);
  try {
    call.stores().queue_definitions().create({.name = name,
                                              .delivery_delay = settings.change.delivery_delay,
                                              .retention = settings.change.retention,
                                              .jurisdiction = fields.text_if_any("jurisdiction")});
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::conflict) throw;
    throw Refusal(409, code::queue_name_taken, fmt::format("the queue name \"{}\" is taken", shown(name)));
  }
  return success(described(call, queue_named(call, name)));
}

Response get(Call& call) {
  return success(described(call, find_queue(call, call["queue"])));
}

Response update(Call& call) {
  const queues::KnownQueue queue = find_queue(call, call["queue"]);
  const Json body = call.json(code::queue_bad_request);
  const Fields fields(body, code::queue_bad_request);
  if (const auto name = fields.text_if_any("queue_name"); name && *name != queue.name)
    fields.refuse("queue_name", "cannot change: a queue keeps its name here");
  const Settings settings = settings_in(fields);
  if (settings.change.delivery_delay || settings.change.retention)
    call.stores().queue_definitions().update(queue.defined, settings.change);
  if (settings.paused) call.stores().queues().open(queue.name)->set_paused(*settings.paused);
  return success(described(call, queue_named(call, queue.name)));
}

Response remove(Call& call) {
  call.stores().queue_definitions().remove(find_queue(call, call["queue"]).defined);
  return success(nullptr);
}

Response metrics(Call& call) {
  const QueueStats stats =
      call.stores().queues().open(find_queue(call, call["queue"]).name)->stats(call.now());
  return success(Json{{"backlog_count", stats.messages},
                      {"backlog_bytes", stats.bytes},
                      {"oldest_message_timestamp_ms", stats.oldest.value_or(0)}});
}

Response purge(Call& call) {
  const queues::KnownQueue queue = find_queue(call, call["queue"]);
  const Json body = call.json(code::queue_bad_request);
  const Fields fields(body, code::queue_bad_request);
  if (fields.flag("delete_messages_permanently") != true)
    fields.refuse("delete_messages_permanently", "must be true");
  call.stores().queues().open(queue.name)->purge(call.now());
  return success(described(call, queue));
}

/// A purge is over when its request is answered.
Response purge_status(Call& call) {
  find_queue(call, call["queue"]);
  return success(Json{{"completed", "true"}, {"started_at", iso_time(call.now())}});
}

constexpr std::array routes = {
    Route{"queues.list", "GET", "accounts/:account/queues", list},
    Route{"queues.create", "POST", "accounts/:account/queues", create},
    Route{"queues.get", "GET", "accounts/:account/queues/:queue", get},
    Route{"queues.update", "PATCH", "accounts/:account/queues/:queue", update},
    Route{"queues.update", "PUT", "accounts/:account/queues/:queue", update},
    Route{"queues.delete", "DELETE", "accounts/:account/queues/:queue", remove},
    Route{"queues.metrics", "GET", "accounts/:account/queues/:queue/metrics", metrics},
    Route{"queues.purge", "POST", "accounts/:account/queues/:queue/purge", purge},
    Route{"queues.purge-status", "GET", "accounts/:account/queues/:queue/purge", purge_status},
};

}  // namespace

std::span<const Route> queue_routes() {
  return routes;
}

std::string id_of(const queues::KnownQueue& queue) {
  return queue.is_defined() ? queue.defined.id : id_of_name(queue.name);
}

queues::KnownQueue queue_named(const Call& call, const std::string& name) {
  return queues::find_queue(call.context, {.name = name, .state = Call::state});
}

queues::KnownQueue find_queue(const Call& call, std::string_view id) {
  for (queues::KnownQueue& queue : queues::known_queues(call.context, Call::state)) {
    if (queue.defined.id == id || id_of_name(queue.name) == id) return std::move(queue);
  }
  throw Refusal(404, code::queue_not_found, fmt::format("there is no queue {}", shown(id)));
}

}  // namespace corral::serve::rest

#include <array>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "commands/queues/queue_settings.hpp"
#include "serve/rest/fields.hpp"
#include "serve/rest/queues.hpp"

namespace corral::serve::rest {

namespace {

namespace code = cloudflare::code;

constexpr std::int64_t usual_page = 20;
constexpr std::int64_t largest_page = 1000;

Json described(const queues::KnownQueue& queue, const Subscription& subscription) {
  Json json = queues::subscription_as_json(subscription);
  json["destination"] = {{"type", "queues.queue"}, {"queue_id", id_of(queue)}};
  return json;
}

std::vector<Subscription> subscriptions_of(const Call& call, const queues::KnownQueue& queue) {
  return call.stores().queue_definitions().subscriptions(queue.defined, 1, INT32_MAX);
}

struct FoundSubscription {
  queues::KnownQueue queue;
  Subscription subscription;
};

FoundSubscription find_subscription(const Call& call) {
  const std::string& id = call["subscription"];
  for (queues::KnownQueue& queue : queues::known_queues(call.context, Call::state)) {
    if (auto found = call.stores().queue_definitions().find_subscription(queue.defined, id))
      return {std::move(queue), *std::move(found)};
  }
  throw Refusal(404, code::queue_no_such_subscription, fmt::format("there is no subscription {}", shown(id)));
}

Response list(Call& call) {
  const NumberedPage page(call, usual_page, largest_page, code::queue_bad_request);
  std::vector<Json> all;
  const auto wanted = call.parameter("queue_id");
  std::vector<queues::KnownQueue> from;
  if (wanted) {
    from.push_back(find_queue(call, *wanted));
  } else {
    from = queues::known_queues(call.context, Call::state);
  }
  for (const queues::KnownQueue& queue : from) {
    for (const Subscription& one : subscriptions_of(call, queue)) all.push_back(described(queue, one));
  }
  return page_of(page, all, [](const Json& one) { return one; });
}

std::vector<std::string> events_in(const Fields& fields) {
  auto events = fields.texts("events").value_or(std::vector<std::string>());
  if (events.empty()) fields.refuse("events", "names no event");
  return events;
}

Response create(Call& call) {
  const Json body = call.json(code::queue_bad_request);
  const Fields fields(body, code::queue_bad_request);
  Subscription wanted;
  wanted.name = fields.text("name");
  wanted.enabled = fields.flag("enabled").value_or(true);
  wanted.events = events_in(fields);
  const Json* const source = fields.object("source");
  if (source == nullptr) fields.refuse("source", "is missing");
  wanted.source = Fields(*source, code::queue_bad_request).text("type");
  for (const auto& [name, value] : source->items()) {
    if (name != "type" && value.is_string())
      wanted.source_fields.emplace_back(name, value.get<std::string>());
  }
  const Json* const destination = fields.object("destination");
  if (destination == nullptr) fields.refuse("destination", "is missing");
  const auto queue = find_queue(call, Fields(*destination, code::queue_bad_request).text("queue_id"));
  const Subscription made = call.stores().queue_definitions().subscribe(queue.defined, wanted);
  return success(described(queue_named(call, queue.name), made));
}

Response get(Call& call) {
  const auto [queue, subscription] = find_subscription(call);
  return success(described(queue, subscription));
}

Response update(Call& call) {
  const auto [queue, subscription] = find_subscription(call);
  const Json body = call.json(code::queue_bad_request);
  const Fields fields(body, code::queue_bad_request);
  SubscriptionChange change{
      .name = fields.text_if_any("name"), .events = {}, .enabled = fields.flag("enabled")};
  if (fields.any("events") != nullptr) change.events = events_in(fields);
  return success(described(
      queue, call.stores().queue_definitions().change_subscription(queue.defined, subscription.id, change)));
}

Response remove(Call& call) {
  const auto [queue, subscription] = find_subscription(call);
  call.stores().queue_definitions().unsubscribe(queue.defined, subscription.id);
  return success(described(queue, subscription));
}

constexpr std::array routes = {
    Route{"queues.subscriptions.list", "GET", "accounts/:account/event_subscriptions/subscriptions", list},
    Route{"queues.subscriptions.create", "POST", "accounts/:account/event_subscriptions/subscriptions",
          create},
    Route{"queues.subscriptions.get", "GET",
          "accounts/:account/event_subscriptions/subscriptions/:subscription", get},
    Route{"queues.subscriptions.update", "PATCH",
          "accounts/:account/event_subscriptions/subscriptions/:subscription", update},
    Route{"queues.subscriptions.delete", "DELETE",
          "accounts/:account/event_subscriptions/subscriptions/:subscription", remove},
};

}  // namespace

std::span<const Route> subscription_routes() {
  return routes;
}

}  // namespace corral::serve::rest

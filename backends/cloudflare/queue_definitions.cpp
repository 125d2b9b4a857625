#include "backends/cloudflare/queue_definitions.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/cloudflare/queue_json.hpp"
#include "backends/error.hpp"
#include "backends/http/url.hpp"

namespace corral::cloudflare {

namespace {

std::vector<DefinedQueue> read_queues(const nlohmann::ordered_json& list) {
  std::vector<DefinedQueue> queues;
  if (!list.is_array()) return queues;
  for (const nlohmann::ordered_json& json : list) queues.push_back(read_queue(json));
  return queues;
}

Error unsaid(std::string_view what, std::string_view see) {
  return {ErrorKind::unavailable,
          fmt::format("{} was created, but Cloudflare's API did not say its id", what),
          fmt::format("'{}' shows it", see)};
}

}  // namespace

std::string AccountQueues::base() {
  return session_->account_path() + "/queues";
}

std::string AccountQueues::path_of(const DefinedQueue& queue) {
  return base() + "/" + http::path_segment(queue.id);
}

std::string AccountQueues::subscription_path(std::string_view id) {
  const std::string all = session_->account_path() + "/event_subscriptions/subscriptions";
  return id.empty() ? all : all + "/" + http::path_segment(id);
}

std::vector<DefinedQueue> AccountQueues::list(std::optional<std::int64_t> page) {
  if (!page) return read_queues(session_->api().all_pages(base()));
  return read_queues(
      session_->api().call({.path = base(), .query = {{"page", std::to_string(*page)}}}).result);
}

std::optional<DefinedQueue> AccountQueues::find(std::string_view name) {
  const nlohmann::ordered_json result =
      session_->api().call({.path = base(), .query = {{"page", "1"}, {"name", std::string(name)}}}).result;
  for (DefinedQueue& queue : read_queues(result)) {
    if (queue.name == name && !queue.id.empty()) {
      found_.insert_or_assign(queue.name, queue);
      return std::move(queue);
    }
  }
  return std::nullopt;
}

const DefinedQueue& AccountQueues::get(std::string_view name) {
  if (!found_.contains(name) && !find(name)) {
    throw Error(ErrorKind::not_found,
                fmt::format("there is no queue \"{}\" in account {}", shown(name), session_->account().id),
                "'corral queues list --remote' shows those there are");
  }
  return found_.find(name)->second;
}

DefinedQueue AccountQueues::create(const DefinedQueue& queue) {
  nlohmann::ordered_json body{{"queue_name", queue.name}};
  if (queue.jurisdiction) body["jurisdiction"] = *queue.jurisdiction;
  nlohmann::ordered_json settings = queue_settings(queue.delivery_delay, queue.retention);
  if (!settings.empty()) body["settings"] = std::move(settings);
  DefinedQueue made =
      read_queue(session_->api().call({.method = "POST", .path = base(), .body = write_json(body)}).result);
  if (made.id.empty())
    throw unsaid(fmt::format("the queue \"{}\"", shown(queue.name)), "corral queues list --remote");
  return made;
}

void AccountQueues::update(const DefinedQueue& queue, const QueueChange& change) {
  nlohmann::ordered_json body{{"queue_name", queue.name}};
  nlohmann::ordered_json settings =
      queue_settings(change.delivery_delay ? change.delivery_delay : queue.delivery_delay,
                     change.retention ? change.retention : queue.retention);
  if (!settings.empty()) body["settings"] = std::move(settings);
  session_->api().call(
      {.method = "PATCH", .path = path_of(queue), .body = write_json(body), .repeatable = true});
}

std::optional<std::uint64_t> AccountQueues::remove(const DefinedQueue& queue) {
  session_->api().call({.method = "DELETE", .path = path_of(queue)});
  return std::nullopt;
}

void AccountQueues::add_consumer(const DefinedQueue& queue, const Consumer& consumer) {
  session_->api().call(
      {.method = "POST", .path = path_of(queue) + "/consumers", .body = write_json(new_consumer(consumer))});
}

void AccountQueues::change_consumer(const DefinedQueue& queue, const Consumer& consumer) {
  session_->api().call({.method = "PUT",
                        .path = path_of(queue) + "/consumers/" + http::path_segment(consumer.id),
                        .body = write_json(new_consumer(consumer))});
}

/// The environment of a Worker that is meant where none is said.
std::string AccountQueues::default_environment(const std::string& script) {
  const nlohmann::ordered_json service =
      session_->api()
          .call({.path = session_->account_path() + "/workers/services/" + http::path_segment(script)})
          .result;
  if (!service.is_object()) return {};
  return text_of(service.value("default_environment", nlohmann::ordered_json()), "environment");
}

/// nullptr if there is none. A Worker that consumes by several environments, or says one, is meant in one.
const Consumer* AccountQueues::choose_consumer(const DefinedQueue& queue, const ConsumerChoice& choice) {
  std::vector<const Consumer*> found;
  for (const Consumer& consumer : queue.consumers) {
    if (choice.script ? !consumer.pulls && consumer.script == *choice.script : consumer.pulls)
      found.push_back(&consumer);
  }
  if (found.empty() || !choice.script) return found.empty() ? nullptr : found.front();
  const nlohmann::ordered_json described = read_json(found.front()->description);
  if (found.size() == 1 && text_of(described, "service").empty()) return found.front();
  const std::string environment =
      choice.environment ? *choice.environment : default_environment(*choice.script);
  const auto meant = std::find_if(found.begin(), found.end(),
                                  [&](const Consumer* one) { return one->environment == environment; });
  return meant == found.end() ? nullptr : *meant;
}

bool AccountQueues::remove_consumer(const DefinedQueue& queue, const ConsumerChoice& choice) {
  const Consumer* const consumer = choose_consumer(queue, choice);
  if (consumer == nullptr) return false;
  session_->api().call(
      {.method = "DELETE", .path = path_of(queue) + "/consumers/" + http::path_segment(consumer->id)});
  return true;
}

Subscription AccountQueues::subscribe(const DefinedQueue& queue, const Subscription& subscription) {
  Subscription made =
      read_subscription(session_->api()
                            .call({.method = "POST",
                                   .path = subscription_path(),
                                   .body = write_json(new_subscription(subscription, queue.id))})
                            .result);
  if (made.id.empty()) {
    throw unsaid(fmt::format("the subscription \"{}\"", shown(subscription.name)),
                 fmt::format("corral queues subscription list {} --remote", shown(queue.name)));
  }
  return made;
}

std::vector<Subscription> AccountQueues::subscriptions(const DefinedQueue& queue, std::int64_t page,
                                                       std::int64_t per_page) {
  const nlohmann::ordered_json result = session_->api()
                                            .call({.path = subscription_path(),
                                                   .query = {{"queue_id", queue.id},
                                                             {"page", std::to_string(page)},
                                                             {"per_page", std::to_string(per_page)}}})
                                            .result;
  std::vector<Subscription> subscriptions;
  if (!result.is_array()) return subscriptions;
  for (const nlohmann::ordered_json& json : result) subscriptions.push_back(read_subscription(json));
  return subscriptions;
}

std::optional<Subscription> AccountQueues::find_subscription(const DefinedQueue& queue, std::string_view id) {
  nlohmann::ordered_json result;
  try {
    result = session_->api().call({.path = subscription_path(id)}).result;
  } catch (const ApiError& error) {
    if (error.kind() == ErrorKind::not_found) return std::nullopt;
    throw;
  }
  if (!result.is_object()) return std::nullopt;
  // The API knows it by its id alone, but the user named the queue, too.
  const nlohmann::ordered_json destination = result.value("destination", nlohmann::ordered_json());
  if (text_of(destination, "queue_id") != queue.id) return std::nullopt;
  return read_subscription(result);
}

Subscription AccountQueues::change_subscription(const DefinedQueue& /*queue*/, std::string_view id,
                                                const SubscriptionChange& change) {
  nlohmann::ordered_json body = nlohmann::ordered_json::object();
  if (change.name) body["name"] = *change.name;
  if (change.events) body["events"] = *change.events;
  if (change.enabled) body["enabled"] = *change.enabled;
  return read_subscription(session_->api()
                               .call({.method = "PATCH",
                                      .path = subscription_path(id),
                                      .body = write_json(body),
                                      .repeatable = true})
                               .result);
}

void AccountQueues::unsubscribe(const DefinedQueue& /*queue*/, std::string_view id) {
  session_->api().call({.method = "DELETE", .path = subscription_path(id)});
}

std::string AccountQueues::owner() {
  return " of account " + session_->account().id;
}

}  // namespace corral::cloudflare

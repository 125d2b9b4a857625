#include "backends/registered/queue_definitions.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t id_bytes = 16;

template <typename Value>
void put(Json& json, const char* name, const std::optional<Value>& value) {
  if (value) json[name] = *value;
}

template <typename Value>
void get(const Json& json, const char* name, std::optional<Value>& value) {
  const auto found = json.find(name);
  if (found != json.end()) value = found->get<Value>();
}

Json encode_consumer(const Consumer& consumer) {
  Json json = {{"id", consumer.id}, {"pulls", consumer.pulls}, {"script", consumer.script}};
  if (!consumer.environment.empty()) json["environment"] = consumer.environment;
  put(json, "batch_size", consumer.batch_size);
  put(json, "batch_timeout", consumer.batch_timeout);
  put(json, "retries", consumer.retries);
  put(json, "concurrency", consumer.concurrency);
  put(json, "visibility_ms", consumer.visibility_ms);
  put(json, "retry_delay", consumer.retry_delay);
  put(json, "dead_letter_queue", consumer.dead_letter_queue);
  json["created_at"] = consumer.created_at;
  return json;
}

Consumer decode_consumer(const Json& json) {
  Consumer consumer;
  consumer.id = json.at("id").get<std::string>();
  consumer.pulls = json.at("pulls").get<bool>();
  consumer.script = json.at("script").get<std::string>();
  consumer.environment = json.value("environment", "");
  get(json, "batch_size", consumer.batch_size);
  get(json, "batch_timeout", consumer.batch_timeout);
  get(json, "retries", consumer.retries);
  get(json, "concurrency", consumer.concurrency);
  get(json, "visibility_ms", consumer.visibility_ms);
  get(json, "retry_delay", consumer.retry_delay);
  get(json, "dead_letter_queue", consumer.dead_letter_queue);
  consumer.created_at = json.value("created_at", UnixMillis{0});
  return consumer;
}

Json encode_subscription(const Subscription& subscription) {
  Json fields = Json::object();
  for (const auto& [name, value] : subscription.source_fields) fields[name] = value;
  return {{"id", subscription.id},
          {"name", subscription.name},
          {"source", subscription.source},
          {"source_fields", std::move(fields)},
          {"events", subscription.events},
          {"enabled", subscription.enabled},
          {"created_at", subscription.created_at},
          {"modified_at", subscription.modified_at}};
}

Subscription decode_subscription(const Json& json) {
  Subscription subscription;
  subscription.id = json.at("id").get<std::string>();
  subscription.name = json.at("name").get<std::string>();
  subscription.source = json.at("source").get<std::string>();
  for (const auto& [name, value] : json.at("source_fields").items())
    subscription.source_fields.emplace_back(name, value.get<std::string>());
  subscription.events = json.at("events").get<std::vector<std::string>>();
  subscription.enabled = json.at("enabled").get<bool>();
  subscription.created_at = json.at("created_at").get<UnixMillis>();
  subscription.modified_at = json.at("modified_at").get<UnixMillis>();
  return subscription;
}

/// One page of a list, counted from 1.
template <typename Item>
std::vector<Item> page_of(const std::vector<Item>& all, std::int64_t page, std::int64_t size) {
  const auto count = static_cast<std::int64_t>(all.size());
  const auto first = std::min(count, (page - 1) * size);
  return {all.begin() + first, all.begin() + std::min(count, first + size)};
}

Error no_subscription(std::string_view queue, std::string_view id) {
  return {ErrorKind::not_found,
          fmt::format("the queue \"{}\" has no subscription {}", shown(queue), shown(id)),
          fmt::format("see 'corral queues subscription list {}'", shown(queue))};
}

Subscription& find_in(std::vector<Subscription>& subscriptions, std::string_view id, std::string_view queue) {
  const auto found = std::find_if(subscriptions.begin(), subscriptions.end(),
                                  [&](const Subscription& one) { return one.id == id; });
  if (found == subscriptions.end()) throw no_subscription(queue, id);
  return *found;
}

}  // namespace

std::string RegisteredQueues::encode(const Record& record) {
  Json json = Json::object();
  put(json, "delivery_delay", record.queue.delivery_delay);
  put(json, "retention", record.queue.retention);
  put(json, "jurisdiction", record.queue.jurisdiction);
  json["modified_at"] = record.queue.modified_at;
  for (const Consumer& consumer : record.queue.consumers)
    json["consumers"].push_back(encode_consumer(consumer));
  for (const Subscription& one : record.subscriptions)
    json["subscriptions"].push_back(encode_subscription(one));
  return write_json(json, {.replace_invalid_utf8 = true});
}

RegisteredQueues::Record RegisteredQueues::decode(const Resource& resource) {
  Record record;
  record.queue.name = resource.name;
  record.queue.id = resource.id;
  record.queue.created_at = resource.created_at;
  try {
    const Json json = read_json(resource.settings);
    get(json, "delivery_delay", record.queue.delivery_delay);
    get(json, "retention", record.queue.retention);
    get(json, "jurisdiction", record.queue.jurisdiction);
    record.queue.modified_at = json.value("modified_at", UnixMillis{0});
    for (const Json& one : json.value("consumers", Json::array()))
      record.queue.consumers.push_back(decode_consumer(one));
    for (const Json& one : json.value("subscriptions", Json::array()))
      record.subscriptions.push_back(decode_subscription(one));
  } catch (const Json::exception&) {
    throw Error(ErrorKind::corrupt,
                fmt::format("the registry entry of the queue \"{}\" is damaged", shown(resource.name)),
                "delete the queue and make it again");
  }
  return record;
}

std::optional<RegisteredQueues::Record> RegisteredQueues::record_of(std::string_view name) {
  const auto resource = registry_.find_name(ResourceKind::queue, name);
  if (!resource) return std::nullopt;
  return decode(*resource);
}

void RegisteredQueues::edit(const DefinedQueue& queue, const std::function<void(Record&)>& change) {
  if (queue.id.empty() && !registry_.find_name(ResourceKind::queue, queue.name)) {
    Record record;
    record.queue.name = queue.name;
    record.queue.modified_at = clock_.now();
    change(record);
    registry_.add({.kind = ResourceKind::queue,
                   .id = random_hex(id_bytes),
                   .name = queue.name,
                   .created_at = record.queue.modified_at,
                   .settings = encode(record)});
    return;
  }
  const std::string id =
      queue.id.empty() ? registry_.find_name(ResourceKind::queue, queue.name).value().id : queue.id;
  registry_.edit_settings(ResourceKind::queue, id, [&](const std::string& settings) {
    Record record = decode({.kind = ResourceKind::queue, .id = id, .name = queue.name, .settings = settings});
    record.queue.modified_at = clock_.now();
    change(record);
    return encode(record);
  });
}

std::vector<DefinedQueue> RegisteredQueues::list(std::optional<std::int64_t> page) {
  std::vector<DefinedQueue> all;
  for (const Resource& resource : registry_.list(ResourceKind::queue)) all.push_back(decode(resource).queue);
  return page ? page_of(all, *page, queues_a_page) : all;
}

std::optional<DefinedQueue> RegisteredQueues::find(std::string_view name) {
  auto record = record_of(name);
  if (!record) return std::nullopt;
  return std::move(record->queue);
}

DefinedQueue RegisteredQueues::create(const DefinedQueue& queue) {
  Record record{.queue = queue, .subscriptions = {}};
  record.queue.id = random_hex(id_bytes);
  record.queue.created_at = clock_.now();
  record.queue.modified_at = record.queue.created_at;
  registry_.add({.kind = ResourceKind::queue,
                 .id = record.queue.id,
                 .name = queue.name,
                 .created_at = record.queue.created_at,
                 .settings = encode(record)});
  return record.queue;
}

void RegisteredQueues::update(const DefinedQueue& queue, const QueueChange& change) {
  edit(queue, [&](Record& record) {
    if (change.delivery_delay) record.queue.delivery_delay = change.delivery_delay;
    if (change.retention) record.queue.retention = change.retention;
  });
}

void RegisteredQueues::add_consumer(const DefinedQueue& queue, const Consumer& consumer) {
  edit(queue, [&](Record& record) {
    if (!record.queue.consumers.empty()) {
      throw Error(
          ErrorKind::conflict, fmt::format("the queue \"{}\" has a consumer already", shown(queue.name)),
          fmt::format("see 'corral queues consumer list {}', and remove it first", shown(queue.name)));
    }
    Consumer& added = record.queue.consumers.emplace_back(consumer);
    added.id = random_hex(id_bytes);
    added.created_at = clock_.now();
  });
}

void RegisteredQueues::change_consumer(const DefinedQueue& queue, const Consumer& consumer) {
  edit(queue, [&](Record& record) {
    std::vector<Consumer>& all = record.queue.consumers;
    const auto present =
        std::find_if(all.begin(), all.end(), [&](const Consumer& one) { return one.id == consumer.id; });
    if (present == all.end()) {
      throw Error(ErrorKind::not_found,
                  fmt::format("the queue \"{}\" has no consumer {}", shown(queue.name), shown(consumer.id)));
    }
    const UnixMillis created_at = present->created_at;
    *present = consumer;
    present->created_at = created_at;
  });
}

Subscription RegisteredQueues::subscribe(const DefinedQueue& queue, const Subscription& subscription) {
  Subscription made = subscription;
  made.id = random_hex(id_bytes);
  made.created_at = clock_.now();
  made.modified_at = made.created_at;
  edit(queue, [&](Record& record) { record.subscriptions.push_back(made); });
  return made;
}

std::optional<std::uint64_t> RegisteredQueues::remove(const DefinedQueue& queue) {
  const std::uint64_t removed = messages_.drop(queue.name);
  if (!queue.id.empty()) registry_.remove(ResourceKind::queue, queue.id);
  return removed;
}

bool RegisteredQueues::remove_consumer(const DefinedQueue& queue, const ConsumerChoice& choice) {
  const auto is_meant = [&](const Consumer& consumer) {
    return choice.script ? !consumer.pulls && consumer.script == *choice.script : consumer.pulls;
  };
  const auto record = record_of(queue.name);
  if (!record || std::none_of(record->queue.consumers.begin(), record->queue.consumers.end(), is_meant))
    return false;
  std::size_t removed = 0;
  edit(record->queue, [&](Record& now) { removed = std::erase_if(now.queue.consumers, is_meant); });
  return removed > 0;
}

std::vector<Subscription> RegisteredQueues::subscriptions(const DefinedQueue& queue, std::int64_t page,
                                                          std::int64_t per_page) {
  const auto record = record_of(queue.name);
  if (!record) return {};
  return page_of(record->subscriptions, page, per_page);
}

std::optional<Subscription> RegisteredQueues::find_subscription(const DefinedQueue& queue,
                                                                std::string_view id) {
  auto record = record_of(queue.name);
  if (!record) return std::nullopt;
  for (Subscription& one : record->subscriptions) {
    if (one.id == id) return std::move(one);
  }
  return std::nullopt;
}

Subscription RegisteredQueues::change_subscription(const DefinedQueue& queue, std::string_view id,
                                                   const SubscriptionChange& change) {
  if (!record_of(queue.name)) throw no_subscription(queue.name, id);
  Subscription after;
  edit(queue, [&](Record& record) {
    Subscription& changed = find_in(record.subscriptions, id, queue.name);
    if (change.name) changed.name = *change.name;
    if (change.events) changed.events = *change.events;
    if (change.enabled) changed.enabled = *change.enabled;
    changed.modified_at = clock_.now();
    after = changed;
  });
  return after;
}

void RegisteredQueues::unsubscribe(const DefinedQueue& queue, std::string_view id) {
  if (!record_of(queue.name)) throw no_subscription(queue.name, id);
  edit(queue, [&](Record& record) {
    find_in(record.subscriptions, id, queue.name);
    std::erase_if(record.subscriptions, [&](const Subscription& one) { return one.id == id; });
  });
}

}  // namespace corral

#include "commands/queues/target.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/config_check.hpp"
#include "commands/command/other_environments.hpp"

namespace corral::queues {

void add_queue_options(Arguments& arguments, QueueOptions& options, const char* positional, Reach reach) {
  required(value_name(add_text(arguments, positional, options.name, "Name of the queue"), "QUEUE"));
  add_state_options(arguments, options.state, reach);
}

Consumer KnownQueue::consumer() const {
  Consumer merged;
  const auto fill = [](auto& value, const auto& given) {
    if (!value) value = given;
  };
  for (const Consumer& one : consumers) {
    fill(merged.batch_size, one.batch_size);
    fill(merged.batch_timeout, one.batch_timeout);
    fill(merged.retries, one.retries);
    fill(merged.concurrency, one.concurrency);
    fill(merged.visibility_ms, one.visibility_ms);
    fill(merged.retry_delay, one.retry_delay);
    fill(merged.dead_letter_queue, one.dead_letter_queue);
  }
  return merged;
}

namespace {

using ByName = std::map<std::string, KnownQueue, std::less<>>;

KnownQueue& named(ByName& queues, const std::string& name) {
  KnownQueue& queue = queues[name];
  queue.name = name;
  queue.defined.name = name;
  return queue;
}

KnownQueue known_of(DefinedQueue defined) {
  KnownQueue queue;
  queue.name = defined.name;
  queue.producers = defined.producers;
  queue.consumers = defined.consumers;
  queue.delivery_delay = defined.delivery_delay.value_or(0) * 1000;
  queue.retention = defined.retention.value_or(queue_default_retention / 1000) * 1000;
  queue.defined = std::move(defined);
  return queue;
}

void add_configured(Context& context, ByName& queues) {
  if (!context.project().config_file()) return;
  const Project& project = require_section(context, ConfigSection::queues);
  for (const QueueProducer& producer : project.queue_producers) {
    check_queue_name(producer.queue);
    KnownQueue& queue = named(queues, producer.queue);
    queue.producers.push_back(producer.binding);
    if (!producer.delivery_delay || queue.defined.delivery_delay) continue;
    const auto delay = static_cast<UnixMillis>(*producer.delivery_delay * 1000);
    check_delay(delay);
    queue.delivery_delay = delay;
  }
  for (const QueueConsumer& configured : project.queue_consumers) {
    check_queue_name(configured.queue);
    Consumer consumer = consumer_of_config(configured);
    if (!consumer.pulls) consumer.script = project.name.value_or("");
    named(queues, configured.queue).consumers.push_back(std::move(consumer));
  }
}

/// All queues of a place where they come into being by their use.
ByName queues_by_name(Context& context, const StateOptions& state) {
  ByName queues;
  Stores& stores = context.stores(state);
  for (DefinedQueue& defined : stores.queue_definitions().list({})) {
    const std::string name = defined.name;
    queues[name] = known_of(std::move(defined));
  }
  add_configured(context, queues);
  std::vector<std::string> others = stores.queues().stored_queues();
  for (const auto& [name, queue] : queues) {
    for (const Consumer& consumer : queue.consumers) {
      if (consumer.dead_letter_queue) others.push_back(*consumer.dead_letter_queue);
    }
  }
  for (const std::string& name : others) named(queues, name);
  return queues;
}

/// Whether a config has a queue or a producer's binding of this name.
bool names_queue(const Project& project, std::string_view name) {
  const auto& producers = project.queue_producers;
  const auto& consumers = project.queue_consumers;
  return std::any_of(producers.begin(), producers.end(),
                     [&](const QueueProducer& one) { return one.queue == name || one.binding == name; }) ||
         std::any_of(consumers.begin(), consumers.end(), [&](const QueueConsumer& one) {
           return one.queue == name || one.dead_letter_queue == name;
         });
}

}  // namespace

std::vector<KnownQueue> known_queues(Context& context, const StateOptions& state,
                                     std::optional<std::int64_t> page) {
  QueueDefinitions& definitions = context.stores(state).queue_definitions();
  std::vector<KnownQueue> list;
  if (!definitions.made_by_first_use()) {
    for (DefinedQueue& defined : definitions.list(page)) list.push_back(known_of(std::move(defined)));
    return list;
  }
  for (auto& [name, queue] : queues_by_name(context, state)) list.push_back(std::move(queue));
  if (!page) return list;
  const auto count = static_cast<std::int64_t>(list.size());
  const auto first = std::min(count, (*page - 1) * queues_a_page);
  return {list.begin() + first, list.begin() + std::min(count, first + queues_a_page)};
}

namespace {

/// The queue of an account that a name or a producer's binding means.
KnownQueue find_defined(Context& context, const QueueOptions& options) {
  QueueDefinitions& definitions = context.stores(options.state).queue_definitions();
  if (auto found = definitions.find(options.name)) return known_of(*std::move(found));
  if (context.project().config_file()) {
    for (const QueueProducer& producer : context.project().project().queue_producers) {
      if (producer.binding != options.name) continue;
      if (auto found = definitions.find(producer.queue)) return known_of(*std::move(found));
    }
  }
  throw Error(ErrorKind::not_found,
              fmt::format("there is no queue \"{}\"{}", shown(options.name), definitions.owner()),
              fmt::format("'corral queues list --remote' shows those there are; make it with 'corral queues "
                          "create {} --remote'",
                          shown(options.name)));
}

}  // namespace

KnownQueue find_queue(Context& context, const QueueOptions& options) {
  if (!context.stores(options.state).queue_definitions().made_by_first_use())
    return find_defined(context, options);
  ByName queues = queues_by_name(context, options.state);
  const auto found = queues.find(options.name);
  if (found != queues.end()) return std::move(found->second);
  std::string known;
  for (auto& [name, queue] : queues) {
    const auto& bindings = queue.producers;
    if (std::find(bindings.begin(), bindings.end(), options.name) != bindings.end()) return std::move(queue);
    known += fmt::format("{}{}", known.empty() ? "" : ", ", shown(name));
  }
  throw Error(ErrorKind::not_found,
              fmt::format("there is no queue \"{}\"; there {}", shown(options.name),
                          known.empty() ? "are none" : "are: " + known),
              hint_of_environments(
                  context, [&](const Project& other) { return names_queue(other, options.name); },
                  fmt::format("make it with 'corral queues create {}'", shown(options.name))));
}

std::unique_ptr<MessageQueue> open_messages(Context& context, const StateOptions& state,
                                            const KnownQueue& queue) {
  return context.stores(state).queues().open(queue.name);
}

UnixMillis retention_of(Context& context, const StateOptions& state, std::string_view name) {
  const auto queue = context.stores(state).queue_definitions().find(name);
  return queue ? queue->retention.value_or(queue_default_retention / 1000) * 1000 : queue_default_retention;
}

Arrival arrival_in(Context& context, const StateOptions& state, std::string_view name) {
  const ByName queues = queues_by_name(context, state);
  const auto found = queues.find(name);
  if (found == queues.end()) return {};
  return {found->second.delivery_delay, found->second.retention};
}

std::optional<DeadLetterQueue> dead_letters_to(Context& context, const StateOptions& state,
                                               const std::optional<std::string>& name) {
  if (!name || context.stores(state).queue_definitions().serves_consumers()) return std::nullopt;
  return DeadLetterQueue{*name, retention_of(context, state, *name)};
}

}  // namespace corral::queues

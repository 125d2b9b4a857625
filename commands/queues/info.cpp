#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/queues/commands.hpp"
#include "commands/queues/target.hpp"
#include "commands/text/field_list.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"

namespace corral::queues {

namespace {

/// `stats`: nullptr where messages are not counted.
Json as_json(const KnownQueue& queue, const QueueStats* stats, const std::string& location) {
  if (!queue.defined.description.empty()) return parse_json(queue.defined.description, "the queue");
  Json json;
  json["queue_id"] = queue.is_defined() ? Json(queue.defined.id) : Json(nullptr);
  json["queue_name"] = queue.name;
  if (queue.is_defined()) {
    json["created_on"] = iso_time(queue.defined.created_at);
    json["modified_on"] = iso_time(queue.defined.modified_at);
  }
  json["settings"] = {{"delivery_delay", queue.delivery_delay / 1000},
                      {"message_retention_period", queue.retention / 1000}};
  if (stats != nullptr) json["settings"]["delivery_paused"] = stats->paused;
  if (queue.defined.jurisdiction) json["jurisdiction"] = *queue.defined.jurisdiction;
  json["producers"] = queue.producers;
  json["consumers"] = Json::array();
  for (const Consumer& consumer : queue.consumers) json["consumers"].push_back(consumer_as_json(consumer));
  if (stats != nullptr) {
    json["message_backlog_count"] = stats->messages;
    json["message_backlog_bytes"] = stats->bytes;
    json["oldest_message_timestamp_ms"] = stats->oldest ? Json(*stats->oldest) : Json(nullptr);
    json["ready"] = stats->ready;
    json["in_flight"] = stats->in_flight;
    json["delayed"] = stats->delayed;
    json["dead_lettered"] = stats->dead_lettered;
    json["dropped"] = stats->dropped;
    json["expired"] = stats->expired;
  }
  json["location"] = location;
  return json;
}

std::string described(const Consumer& consumer) {
  std::string text = consumer.pulls            ? std::string("pulls over HTTP")
                     : consumer.script.empty() ? std::string("Worker")
                                               : fmt::format("Worker {}", consumer.script);
  if (consumer.dead_letter_queue) text += fmt::format(", dead letters to {}", *consumer.dead_letter_queue);
  return text;
}

void add_counts(FieldList& fields, const QueueStats& stats) {
  fields.add("backlog", fmt::format("{} messages, {}", stats.messages, readable_size(stats.bytes)));
  fields.add("ready", std::to_string(stats.ready));
  fields.add("in flight", std::to_string(stats.in_flight));
  fields.add("delayed", std::to_string(stats.delayed));
  fields.add("oldest", stats.oldest ? readable_time(*stats.oldest) + " UTC" : "none");
  fields.add("dead-lettered", std::to_string(stats.dead_lettered));
  fields.add("dropped", std::to_string(stats.dropped));
  fields.add("expired", std::to_string(stats.expired));
}

void run(const QueueOptions& options, Context& context) {
  const KnownQueue queue = find_queue(context, options);
  const auto messages = open_messages(context, options.state, queue);
  std::optional<QueueStats> stats;
  if (messages->traits().counts) stats = messages->stats(context.clock().now());
  const std::string location = context.stores(options.state).queues().location();
  Output& out = context.out();
  if (!out.for_person()) {
    out.data(json_text(as_json(queue, stats ? &*stats : nullptr, location), 2) + "\n");
    return;
  }
  FieldList fields;
  fields.add("queue", queue.name);
  if (queue.is_defined()) {
    fields.add("id", queue.defined.id);
    fields.add("created", readable_time(queue.defined.created_at) + " UTC");
  }
  fields.add("delivery", messages->paused() ? "paused" : "on");
  fields.add("delay", fmt::format("{} s", queue.delivery_delay / 1000));
  fields.add("retention", fmt::format("{} s", queue.retention / 1000));
  if (stats) add_counts(fields, *stats);
  fields.add_if_any("producers", fmt::format("{}", fmt::join(queue.producers, ", ")));
  for (const Consumer& consumer : queue.consumers) fields.add("consumer", described(consumer));
  fields.add("kept in", location);
  fields.print(out);
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<QueueOptions>();
  add_queue_options(arguments, *options, "name");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command info() {
  return {.names = {"info"},
          .silent_names = {"get"},
          .summary = "Show settings, backlog and consumers of a queue",
          .examples = {"corral queues info mails"},
          .declare = declare,
          .reads_only = true,
          .live_values = queue_values()};
}

}  // namespace corral::queues

// Rules that send the events of a bucket to queues. The registry keeps them by the names of the queues, the
// API by their ids.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "commands/text/json_reader.hpp"
#include "commands/text/readable.hpp"
#include "serve/rest/fields.hpp"
#include "serve/rest/queues.hpp"
#include "serve/rest/r2.hpp"

namespace corral::serve::rest {

namespace {

namespace code = cloudflare::code;

constexpr std::array<std::string_view, 5> actions = {"PutObject", "CopyObject", "CompleteMultipartUpload",
                                                     "DeleteObject", "LifecycleDeletion"};

Refusal no_rules() {
  return {404, code::r2_no_notifications, "the bucket has no event notification rules"};
}

/// The queues that the rules of the bucket name, each with its id.
Json queues_of(const Call& call) {
  Json queues = Json::array();
  const auto text = call.stores().r2_buckets().read(bucket_id(call), BucketSetting::notifications);
  if (!text) return queues;
  const auto known = queues::known_queues(call.context, Call::state);
  const Json kept = parse_json(*text, "the rules");
  for (const Json& queue : kept.at("queues")) {
    const std::string name = queue.at("queueName").get<std::string>();
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.name == name; });
    queues::KnownQueue gone;
    gone.name = name;
    Json one{{"queueId", id_of(found == known.end() ? gone : *found)}};
    one.update(queue);
    queues.push_back(std::move(one));
  }
  return queues;
}

Response list(Call& call) {
  Json queues = queues_of(call);
  if (queues.empty()) throw no_rules();
  return success(Json{{"bucketName", call["bucket"]}, {"queues", std::move(queues)}});
}

Response get(Call& call) {
  for (const Json& queue : queues_of(call)) {
    if (queue.at("queueId") == call["queue"]) return success(queue);
  }
  throw no_rules();
}

NewNotification rule_in(const Json& json, const Call& call, const std::string& queue) {
  const Fields fields(json, code::r2_bad_request);
  NewNotification rule{.queue = queue,
                       .prefix = fields.text_if_any("prefix").value_or(""),
                       .suffix = fields.text_if_any("suffix").value_or(""),
                       .actions = fields.texts("actions").value_or(std::vector<std::string>()),
                       .description = fields.text_if_any("description"),
                       .created_at = iso_time(call.now())};
  const auto is_action = [](const std::string& one) {
    return std::find(std::begin(actions), std::end(actions), one) != std::end(actions);
  };
  if (rule.actions.empty() || !std::all_of(rule.actions.begin(), rule.actions.end(), is_action))
    fields.refuse("actions", "must be an array of actions such as \"PutObject\"");
  return rule;
}

Response add(Call& call) {
  const BucketId bucket = bucket_id(call);
  const queues::KnownQueue queue = find_queue(call, call["queue"]);
  const Json body = call.json(code::r2_bad_request);
  const Fields fields(body, code::r2_bad_request);
  const Json* const rules = fields.array("rules");
  if (rules == nullptr || rules->empty()) fields.refuse("rules", "is missing");
  std::vector<NewNotification> wanted;
  for (const Json& one : *rules) wanted.push_back(rule_in(one, call, queue.name));
  std::string id;
  for (const NewNotification& one : wanted) id = call.stores().r2_buckets().notify(bucket, one);
  return success(Json{{"event_notification_detail_id", id}});
}

/// The rules whose ids are given, or all of the queue.
Response remove(Call& call) {
  const BucketId bucket = bucket_id(call);
  const queues::KnownQueue queue = find_queue(call, call["queue"]);
  std::vector<std::string> ids;
  if (call.request.body->remaining() != 0) {
    const Json body = call.json(code::r2_bad_request);
    ids = Fields(body, code::r2_bad_request).texts("ruleIds").value_or(std::vector<std::string>());
  }
  R2Buckets& buckets = call.stores().r2_buckets();
  try {
    if (ids.empty()) buckets.stop_notifying(bucket, queue.name, std::nullopt);
    for (const std::string& id : ids) buckets.stop_notifying(bucket, queue.name, id);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::not_found) throw no_rules();
    throw;
  }
  return success(Json::object());
}

constexpr std::array routes = {
    Route{"r2.notifications.list", "GET", "accounts/:account/event_notifications/r2/:bucket/configuration",
          list},
    Route{"r2.notifications.get", "GET",
          "accounts/:account/event_notifications/r2/:bucket/configuration/queues/:queue", get},
    Route{"r2.notifications.add", "PUT",
          "accounts/:account/event_notifications/r2/:bucket/configuration/queues/:queue", add},
    Route{"r2.notifications.remove", "DELETE",
          "accounts/:account/event_notifications/r2/:bucket/configuration/queues/:queue", remove},
};

}  // namespace

std::span<const Route> r2_notification_routes() {
  return routes;
}

}  // namespace corral::serve::rest

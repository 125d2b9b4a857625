#include "backends/registered/bucket_documents.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral {

namespace {

using Json = nlohmann::ordered_json;

/// The array at `name`, which is made if there is none.
Json& array_in(Json& json, const char* name) {
  if (!json.is_object()) json = Json::object();
  Json& list = json[name];
  if (!list.is_array()) list = Json::array();
  return list;
}

std::string text_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Whether two rules could both report one event.
bool overlap(const Json& one, const Json& other) {
  const std::array prefixes = {text_in(one, "prefix"), text_in(other, "prefix")};
  const std::array suffixes = {text_in(one, "suffix"), text_in(other, "suffix")};
  const bool prefix = prefixes[0].starts_with(prefixes[1]) || prefixes[1].starts_with(prefixes[0]);
  const bool suffix = suffixes[0].ends_with(suffixes[1]) || suffixes[1].ends_with(suffixes[0]);
  const Json& actions = one.at("actions");
  const Json& others = other.at("actions");
  return prefix && suffix &&
         std::find_first_of(actions.begin(), actions.end(), others.begin(), others.end()) != actions.end();
}

}  // namespace

DomainDocument::DomainDocument(Json& json) : list_(array_in(json, "domains")) {}

Json& DomainDocument::find(std::string_view domain) {
  const auto found =
      std::find_if(list_.begin(), list_.end(), [&](const Json& one) { return one.at("domain") == domain; });
  if (found != list_.end()) return *found;
  throw Error(ErrorKind::not_found,
              fmt::format("the domain {} is not connected to the bucket", shown(domain)));
}

void DomainDocument::add(const NewBucketDomain& wanted) {
  for (const Json& one : list_) {
    if (one.at("domain") != wanted.domain) continue;
    throw Error(ErrorKind::conflict, fmt::format("the domain {} is connected already", wanted.domain));
  }
  list_.push_back(
      {{"domain", wanted.domain}, {"enabled", true}, {"zoneId", wanted.zone_id}, {"minTLS", wanted.min_tls}});
}

void DomainDocument::remove(std::string_view domain) {
  const Json& found = find(domain);
  list_.erase(list_.begin() + (&found - &list_.front()));
}

NotificationDocument::NotificationDocument(Json& json) : queues_(array_in(json, "queues")) {}

Json::iterator NotificationDocument::queue_named(std::string_view name) {
  return std::find_if(queues_.begin(), queues_.end(),
                      [&](const Json& one) { return one.at("queueName") == name; });
}

void NotificationDocument::add(const NewNotification& wanted, const std::string& id) {
  Json rule{{"ruleId", id}};
  if (!wanted.prefix.empty()) rule["prefix"] = wanted.prefix;
  if (!wanted.suffix.empty()) rule["suffix"] = wanted.suffix;
  rule["actions"] = wanted.actions;
  if (wanted.description) rule["description"] = *wanted.description;
  rule["createdAt"] = wanted.created_at;
  for (const Json& queue : queues_) {
    for (const Json& other : queue.at("rules")) {
      if (!overlap(rule, other)) continue;
      throw Error(ErrorKind::conflict,
                  fmt::format("rule {} of queue {} covers some of these events already",
                              shown(text_in(other, "ruleId")), shown(text_in(queue, "queueName"))),
                  "give another --prefix, --suffix or --event-types, or delete that rule");
    }
  }
  if (queue_named(wanted.queue) == queues_.end())
    queues_.push_back({{"queueName", wanted.queue}, {"rules", Json::array()}});
  (*queue_named(wanted.queue))["rules"].push_back(std::move(rule));
}

void NotificationDocument::remove(std::string_view queue, const std::optional<std::string>& rule) {
  const auto found = queue_named(queue);
  if (found == queues_.end()) {
    throw Error(ErrorKind::not_found, fmt::format("queue {} has no notification rules here", shown(queue)));
  }
  Json& rules = (*found)["rules"];
  if (rule) {
    const auto one = std::find_if(rules.begin(), rules.end(),
                                  [&](const Json& other) { return other.at("ruleId") == *rule; });
    if (one == rules.end())
      throw Error(ErrorKind::not_found, fmt::format("there is no notification rule {}", shown(*rule)));
    rules.erase(one);
  }
  if (!rule || rules.empty()) queues_.erase(found);
}

Json sippy_without_secrets(const Json& request, std::string_view bucket) {
  const Json& source = request.at("source");
  Json kept{{"enabled", true}, {"source", {{"provider", source.at("provider")}}}};
  for (const char* field : {"bucket", "region"}) {
    if (source.contains(field)) kept["source"][field] = source.at(field);
  }
  kept["destination"] = {{"provider", "r2"}, {"bucket", bucket}};
  return kept;
}

}  // namespace corral

#include "commands/r2/lifecycle_rules.hpp"

#include <fmt/format.h>

#include "backends/bytes/unix_time.hpp"
#include "commands/r2/rule_fields.hpp"
#include "commands/text/json.hpp"
#include "commands/text/readable.hpp"

namespace corral::r2 {

namespace {

constexpr std::int64_t day = 86'400;

LifecycleMoment parse_moment_of(const RuleFields& condition) {
  LifecycleMoment moment;
  const std::string type = condition.text("type");
  if (type == "Age") {
    moment.max_age_seconds = condition.number("maxAge", 0);
  } else if (type == "Date") {
    moment.date = condition.date("date");
  } else {
    condition.refuse("type", "must be Age or Date");
  }
  return moment;
}

LifecycleRule parse_lifecycle_rule(const Json& json, std::size_t index) {
  const std::string where = fmt::format("lifecycle rule {}", index);
  const RuleFields fields(json, where);
  LifecycleRule rule;
  rule.id = fields.text("id");
  if (rule.id.empty()) fields.refuse("id", "is empty");
  rule.enabled = fields.flag_or("enabled", true);
  if (fields.has("conditions")) rule.prefix = fields.inner("conditions").text_or("prefix", "");
  if (fields.has("deleteObjectsTransition"))
    rule.expire = parse_moment_of(fields.inner("deleteObjectsTransition").inner("condition"));
  if (fields.has("abortMultipartUploadsTransition")) {
    const RuleFields condition = fields.inner("abortMultipartUploadsTransition").inner("condition");
    if (condition.text("type") != "Age") condition.refuse("type", "must be Age");
    rule.abort_multipart_after = condition.number("maxAge", 0);
  }
  if (fields.has("storageClassTransitions")) {
    const Json& transitions = json.at("storageClassTransitions");
    if (!transitions.is_array() || transitions.size() > 1)
      fields.refuse("storageClassTransitions", "must be an array of at most one transition");
    for (const Json& transition : transitions) {
      const RuleFields one(transition, where + ": storageClassTransitions");
      if (one.text("storageClass") != "InfrequentAccess")
        one.refuse("storageClass", "must be InfrequentAccess");
      rule.infrequent_access = parse_moment_of(one.inner("condition"));
    }
  }
  if (!rule.expire && !rule.infrequent_access && !rule.abort_multipart_after)
    fields.refuse("the rule", "does nothing: it has no transition");
  return rule;
}

Json condition_of(const LifecycleMoment& moment) {
  Json condition;
  condition["type"] = moment.max_age_seconds ? "Age" : "Date";
  if (moment.max_age_seconds) {
    condition["maxAge"] = *moment.max_age_seconds;
  } else {
    condition["date"] = iso_time(moment.date);
  }
  return condition;
}

std::string words_for_age(std::int64_t seconds) {
  return seconds % day == 0 ? fmt::format("after {} days", seconds / day)
                            : fmt::format("after {} seconds", seconds);
}

std::string words_for(const LifecycleMoment& moment) {
  return moment.max_age_seconds ? words_for_age(*moment.max_age_seconds)
                                : "on " + iso_time(moment.date).substr(0, 10);
}

}  // namespace

bool LifecycleMoment::has_come(UnixMillis uploaded, UnixMillis now) const {
  return max_age_seconds ? uploaded + *max_age_seconds * one_second <= now : date <= now;
}

std::vector<LifecycleRule> parse_lifecycle_rules(const Json& json) {
  std::vector<LifecycleRule> rules;
  std::vector<std::string> ids;
  for (const Json& one : rules_of(json, "lifecycle rules")) {
    rules.push_back(parse_lifecycle_rule(one, rules.size() + 1));
    ids.push_back(rules.back().id);
  }
  check_rule_ids_differ(ids, "lifecycle rules");
  return rules;
}

Json lifecycle_rules_as_json(const std::vector<LifecycleRule>& rules) {
  Json list = Json::array();
  for (const LifecycleRule& rule : rules) {
    Json one;
    one["id"] = rule.id;
    one["enabled"] = rule.enabled;
    one["conditions"] = Json::object();
    if (!rule.prefix.empty()) one["conditions"]["prefix"] = rule.prefix;
    if (rule.expire) one["deleteObjectsTransition"]["condition"] = condition_of(*rule.expire);
    if (rule.infrequent_access) {
      Json transition;
      transition["condition"] = condition_of(*rule.infrequent_access);
      transition["storageClass"] = "InfrequentAccess";
      one["storageClassTransitions"] = Json::array({transition});
    }
    if (rule.abort_multipart_after) {
      one["abortMultipartUploadsTransition"]["condition"] =
          condition_of(LifecycleMoment{rule.abort_multipart_after, 0});
    }
    list.push_back(std::move(one));
  }
  Json json;
  json["rules"] = std::move(list);
  return json;
}

std::string lifecycle_action(const LifecycleRule& rule) {
  std::vector<std::string> actions;
  if (rule.expire) actions.push_back("Expire objects " + words_for(*rule.expire));
  if (rule.infrequent_access)
    actions.push_back("Transition to Infrequent Access " + words_for(*rule.infrequent_access));
  if (rule.abort_multipart_after)
    actions.push_back("Abort multipart uploads " + words_for_age(*rule.abort_multipart_after));
  return fmt::format("{}", fmt::join(actions, ", "));
}

}  // namespace corral::r2

#include "commands/r2/lock_rules.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/error.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/r2/rule_fields.hpp"
#include "commands/text/json.hpp"
#include "commands/text/readable.hpp"

namespace corral::r2 {

namespace {

LockRule parse_lock_rule(const Json& json, std::size_t index) {
  const RuleFields fields(json, fmt::format("lock rule {}", index));
  LockRule rule;
  rule.id = fields.text("id");
  if (rule.id.empty()) fields.refuse("id", "is empty");
  rule.enabled = fields.flag_or("enabled", true);
  rule.prefix = fields.text_or("prefix", "");
  const RuleFields condition = fields.inner("condition");
  const std::string type = condition.text("type");
  if (type == "Age") {
    rule.kind = LockRule::Kind::age;
    rule.max_age_seconds = condition.number("maxAgeSeconds", 1);
  } else if (type == "Date") {
    rule.kind = LockRule::Kind::date;
    rule.date = condition.date("date");
  } else if (type != "Indefinite") {
    condition.refuse("type", "must be Age, Date or Indefinite");
  }
  return rule;
}

class LockGuard final : public ObjectGuard {
 public:
  LockGuard(std::vector<LockRule> rules, std::string bucket, UnixMillis now)
      : rules_(std::move(rules)), bucket_(std::move(bucket)), now_(now) {}

  void check(const ObjectInfo& object) const override {
    const auto locking = std::find_if(rules_.begin(), rules_.end(),
                                      [&](const LockRule& rule) { return is_locked(rule, object, now_); });
    if (locking == rules_.end()) return;
    throw Error(ErrorKind::denied,
                fmt::format("the object \"{}\" is locked by rule \"{}\" of R2 bucket {}", shown(object.key),
                            shown(locking->id), bucket_),
                fmt::format("see 'corral r2 bucket lock list {}'", bucket_));
  }

 private:
  std::vector<LockRule> rules_;
  std::string bucket_;
  UnixMillis now_;
};

}  // namespace

std::vector<LockRule> parse_lock_rules(const Json& json) {
  std::vector<LockRule> rules;
  std::vector<std::string> ids;
  for (const Json& one : rules_of(json, "lock rules")) {
    rules.push_back(parse_lock_rule(one, rules.size() + 1));
    ids.push_back(rules.back().id);
  }
  check_rule_ids_differ(ids, "lock rules");
  return rules;
}

Json lock_rules_as_json(const std::vector<LockRule>& rules) {
  Json list = Json::array();
  for (const LockRule& rule : rules) {
    Json condition;
    switch (rule.kind) {
      case LockRule::Kind::age: condition = {{"type", "Age"}, {"maxAgeSeconds", rule.max_age_seconds}}; break;
      case LockRule::Kind::date: condition = {{"type", "Date"}, {"date", iso_time(rule.date)}}; break;
      case LockRule::Kind::indefinite: condition = {{"type", "Indefinite"}}; break;
    }
    Json one;
    one["id"] = rule.id;
    one["enabled"] = rule.enabled;
    if (!rule.prefix.empty()) one["prefix"] = rule.prefix;
    one["condition"] = std::move(condition);
    list.push_back(std::move(one));
  }
  Json json;
  json["rules"] = std::move(list);
  return json;
}

bool is_locked(const LockRule& rule, const ObjectInfo& object, UnixMillis now) {
  if (!rule.enabled || !object.key.starts_with(rule.prefix)) return false;
  switch (rule.kind) {
    case LockRule::Kind::age: return now < object.uploaded + rule.max_age_seconds * one_second;
    case LockRule::Kind::date: return now < rule.date;
    case LockRule::Kind::indefinite: return true;
  }
  return true;
}

std::shared_ptr<const ObjectGuard> lock_guard(const Json& settings, std::string_view bucket, UnixMillis now) {
  if (!settings.contains("lock")) return nullptr;
  std::vector<LockRule> rules = parse_lock_rules(settings.at("lock"));
  if (rules.empty()) return nullptr;
  return std::make_shared<LockGuard>(std::move(rules), std::string(bucket), now);
}

}  // namespace corral::r2

#include "commands/r2/rule_fields.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/text/json.hpp"
#include "commands/text/moment.hpp"

namespace corral::r2 {

RuleFields::RuleFields(const Json& json, std::string where) : json_(json), where_(std::move(where)) {
  if (!json.is_object())
    throw Error(ErrorKind::invalid_input, fmt::format("{} is not a JSON object", where_));
}

void RuleFields::refuse(std::string_view field, std::string_view reason) const {
  throw Error(ErrorKind::invalid_input, fmt::format("{}: {} {}", where_, field, reason));
}

bool RuleFields::has(const char* name) const {
  const auto* const found = json_.find(name);
  return found != json_.end() && !found->is_null();
}

const Json& RuleFields::field(const char* name) const {
  if (!has(name)) refuse(name, "is missing");
  return json_.at(name);
}

std::string RuleFields::text(const char* name) const {
  const Json& value = field(name);
  if (!value.is_string()) refuse(name, "must be a string");
  return value.get<std::string>();
}

std::string RuleFields::text_or(const char* name, std::string_view otherwise) const {
  return has(name) ? text(name) : std::string(otherwise);
}

bool RuleFields::flag_or(const char* name, bool otherwise) const {
  if (!has(name)) return otherwise;
  const Json& value = field(name);
  if (!value.is_boolean()) refuse(name, "must be true or false");
  return value.get<bool>();
}

std::int64_t RuleFields::number(const char* name, std::int64_t least) const {
  constexpr std::int64_t most = std::int64_t{1} << 40U;
  const Json& value = field(name);
  if (!value.is_whole() || value.get<std::int64_t>() < least || value.get<std::int64_t>() > most) {
    refuse(name, fmt::format("must be a whole number of at least {}", least));
  }
  return value.get<std::int64_t>();
}

UnixMillis RuleFields::date(const char* name) const {
  const auto moment = moment_of(text(name));
  if (!moment) refuse(name, "must be an ISO 8601 date");
  return *moment;
}

RuleFields RuleFields::inner(const char* name) const {
  return {field(name), fmt::format("{}: {}", where_, name)};
}

std::vector<std::string> RuleFields::texts(const char* name,
                                           const std::vector<std::string_view>& choices) const {
  const Json& value = field(name);
  if (!value.is_array()) refuse(name, "must be an array of strings");
  std::vector<std::string> texts;
  for (const Json& element : value) {
    if (!element.is_string()) refuse(name, "must be an array of strings");
    texts.push_back(element.get<std::string>());
    if (!choices.empty() && std::find(choices.begin(), choices.end(), texts.back()) == choices.end()) {
      refuse(name,
             fmt::format("cannot hold \"{}\"; there are {}", shown(texts.back()), fmt::join(choices, ", ")));
    }
  }
  return texts;
}

const Json& rules_of(const Json& json, std::string_view what) {
  if (json.is_object() && json.contains("rules") && json.at("rules").is_array()) return json.at("rules");
  throw Error(ErrorKind::invalid_input, fmt::format("{} are not of the form {{\"rules\": [...]}}", what));
}

void check_rule_ids_differ(const std::vector<std::string>& ids, std::string_view what) {
  std::set<std::string> seen;
  for (const std::string& id : ids) {
    if (!seen.insert(id).second) {
      throw Error(ErrorKind::conflict, fmt::format("there are two {} with id \"{}\"", what, shown(id)));
    }
  }
}

}  // namespace corral::r2

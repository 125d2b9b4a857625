#pragma once

#include <functional>
#include <string>
#include <vector>

#include "commands/command/command.hpp"
#include "commands/r2/setting_command.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

/// A setting of a bucket that is a list of rules, {"rules": [...]}, and how its commands speak of it.
struct RuleKind {
  const char* setting;  ///< its name in the registry
  const char* word;     ///< "lock": as in "lock rules"
  /// The setting in the form in which it is kept. Throws invalid_input for what is no such setting.
  Json (*checked)(const Json& json);
  /// What a person reads of each rule of a setting that was checked.
  std::vector<SettingFields> (*fields)(const Json& json);
};

/// Adds a rule, in JSON, to those of the bucket. Throws invalid_input for an id that is there already.
void add_rule(Context& context, const SettingTarget& target, const RuleKind& kind, const Json& rule);

// The declarations of `list`, `remove --name` and `set --file` for a kind, which must outlive them.
Run declare_rule_list(Arguments& arguments, const RuleKind& kind);
Run declare_rule_remove(Arguments& arguments, const RuleKind& kind);
Run declare_rule_set(Arguments& arguments, const RuleKind& kind);

}  // namespace corral::r2

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "commands/command/command.hpp"
#include "commands/r2/setting_command.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

/// A bucket setting that is a list of rules, {"rules": [...]}, and how its commands refer to it.
struct RuleKind {
  BucketSetting setting;
  const char* word;  ///< "lock": as in "lock rules"
  /// Throws invalid_input if the setting is not valid.
  void (*check)(const Json& json);
  /// The fields of each rule of a validated setting, for display.
  std::vector<SettingFields> (*fields)(const Json& json);
};

/// Adds a rule, given as JSON, to those of the bucket. Throws invalid_input if its id already exists.
void add_rule(Context& context, const SettingTarget& target, const RuleKind& kind, const Json& rule);

/// Adds the name and the prefix of a new rule: as positionals, or as flags.
void add_new_rule(Arguments& arguments, std::optional<std::string>& id, std::optional<std::string>& prefix);

// Declare `list`, `remove --name` and `set --file` for a kind, which must outlive them.
Run declare_rule_list(Arguments& arguments, const RuleKind& kind);
Run declare_rule_remove(Arguments& arguments, const RuleKind& kind);
Run declare_rule_set(Arguments& arguments, const RuleKind& kind);

}  // namespace corral::r2

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commands/r2/target.hpp"
#include "commands/text/json.hpp"

namespace corral {
class Arguments;
}

namespace corral::r2 {

/// The options common to all commands on a bucket setting.
struct SettingTarget {
  BucketOptions options;
  std::string bucket;
  bool force = false;
};

/// Adds the bucket, as the positional "bucket" or "name", and the state options.
void add_setting_target(Arguments& arguments, SettingTarget& target,
                        const std::string& positional = "bucket");

/// Adds -y/--force.
void add_force_flag(Arguments& arguments, SettingTarget& target);

/// A known bucket's setting; `otherwise` if it was never set. Throws not_found.
Json read_setting(Context& context, const SettingTarget& target, const char* setting, const Json& otherwise);

/// Changes the setting in one transaction, starting from `otherwise` if it was never set. Throws not_found.
void edit_setting(Context& context, const SettingTarget& target, const char* setting, const Json& otherwise,
                  const std::function<void(Json&)>& edit);

/// Removes the setting; false if it was never set.
bool remove_setting(Context& context, const SettingTarget& target, const char* setting);

/// The JSON in a file given on the command line; "-" is standard input. Throws invalid_input; limit above 1
/// MiB.
Json read_json_file(Context& context, const std::string& filename);

/// The fields of a rule, domain or the like, for display.
using SettingFields = std::vector<std::pair<std::string, std::string>>;

/// Prints a setting: for a person its records as "field: value", separated by empty lines, or a note (`none`)
/// if there are none; otherwise the JSON.
void print_setting(Context& context, const Json& json, const std::vector<SettingFields>& records,
                   std::string_view none);

/// Converts a flag's whole days to seconds. Throws usage below 1 and above 36,500.
std::int64_t seconds_of_days(double days, std::string_view flag);

/// The name of a new rule: the given one, or a random one.
std::string rule_name(const std::optional<std::string>& given);

}  // namespace corral::r2

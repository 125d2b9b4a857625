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

/// What every command on one setting of a bucket takes.
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

/// The setting of a bucket that is known; `otherwise` if it was never set. Throws not_found.
Json read_setting(Context& context, const SettingTarget& target, const char* setting, const Json& otherwise);

/// Changes the setting, which begins as `otherwise`, in one transaction. Throws not_found.
void edit_setting(Context& context, const SettingTarget& target, const char* setting, const Json& otherwise,
                  const std::function<void(Json&)>& edit);

/// Removes the setting; false if it was never set.
bool remove_setting(Context& context, const SettingTarget& target, const char* setting);

/// The JSON in a file that the command line names; "-" is standard input. Throws invalid_input, limit above 1
/// MiB.
Json read_json_file(Context& context, const std::string& filename);

/// The fields of one rule, domain or the like, as a person reads them.
using SettingFields = std::vector<std::pair<std::string, std::string>>;

/// Prints a setting: for a person its records as "field: value", an empty line between them, or a note
/// ("`none`") if there are none; else the JSON.
void print_setting(Context& context, const Json& json, const std::vector<SettingFields>& records,
                   std::string_view none);

/// Whole days of a flag that counts them, in seconds. Throws usage below 1 and above 36,500.
std::int64_t seconds_of_days(double days, std::string_view flag);

/// The name of a new rule: as given, or random.
std::string rule_name(const std::optional<std::string>& given);

}  // namespace corral::r2

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/r2_buckets.hpp"
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
void add_setting_target(Arguments& arguments, SettingTarget& target, const std::string& positional = "bucket",
                        Reach reach = Reach::state_folder_account);

/// Adds -y/--force.
void add_force_flag(Arguments& arguments, SettingTarget& target);

/// The buckets that the target is one of, and the bucket (`bucket_id`).
R2Buckets& buckets_of(Context& context, const SettingTarget& target);
BucketId bucket_of(Context& context, const SettingTarget& target);

/// The bucket's setting; `otherwise` if it was never made.
Json read_setting(Context& context, const SettingTarget& target, BucketSetting setting,
                  const Json& otherwise);

/// Replaces the setting. If that could break the bucket's data catalog, asks first (unless --force).
void replace_setting(Context& context, const SettingTarget& target, BucketSetting setting, const Json& json);

/// The same with what `edit` makes of the present setting, or of `otherwise` if it was never made
/// (R2Buckets::edit).
void edit_setting(Context& context, const SettingTarget& target, BucketSetting setting, const Json& otherwise,
                  const std::function<void(Json&)>& edit);

/// Prints one of two notes: where settings have an effect, and where they are only kept.
void note_change(Context& context, const SettingTarget& target, std::string_view in_effect,
                 std::string_view only_kept);

/// The JSON in a file given on the command line; "-" is standard input. Throws invalid_input; limit above 1
/// MiB.
Json read_json_file(Context& context, const std::string& filename);

/// The fields of a rule, domain or the like, for display.
using SettingFields = std::vector<std::pair<std::string, std::string>>;

/// Prints a setting: for a person its records as "field: value", separated by empty lines, or a note (`none`)
/// if there are none; otherwise the JSON, of which nothing is asked.
void print_setting(Context& context, const Json& json,
                   const std::function<std::vector<SettingFields>()>& records_of, std::string_view none);

/// Converts a flag's whole days to seconds. Throws usage below 1 and above 36,500.
std::int64_t seconds_of_days(double days, std::string_view flag);

/// The start of a flag's day, "2030-01-31" in UTC. Throws usage for anything else.
UnixMillis parse_day(std::string_view day, std::string_view flag);

/// The name of a new rule. Throws usage if there is none.
std::string rule_name(const std::optional<std::string>& given);

}  // namespace corral::r2

#include "commands/r2/setting_command.hpp"

#include <cmath>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/files/durable_file.hpp"
#include "commands/command/arguments.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/text/field_list.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"

namespace corral::r2 {

void add_setting_target(Arguments& arguments, SettingTarget& target, const std::string& positional) {
  required(value_name(add_text(arguments, positional, target.bucket, "The bucket"), "BUCKET"));
  add_bucket_options(arguments, target.options);
}

void add_force_flag(Arguments& arguments, SettingTarget& target) {
  add_flag(arguments, "-y,--force", target.force, "Do not ask");
}

Json read_setting(Context& context, const SettingTarget& target, const char* setting, const Json& otherwise) {
  const std::string bucket = resolve_bucket(context, target.bucket);
  require_bucket(context, target.options, bucket);
  const Json settings = bucket_settings(context.stores(target.options.state).registry(), bucket);
  return settings.contains(setting) ? settings.at(setting) : otherwise;
}

void edit_setting(Context& context, const SettingTarget& target, const char* setting, const Json& otherwise,
                  const std::function<void(Json&)>& edit) {
  edit_bucket_settings(context, target.options, resolve_bucket(context, target.bucket), [&](Json& settings) {
    if (!settings.contains(setting)) settings[setting] = otherwise;
    edit(settings[setting]);
  });
}

bool remove_setting(Context& context, const SettingTarget& target, const char* setting) {
  bool removed = false;
  edit_bucket_settings(context, target.options, resolve_bucket(context, target.bucket),
                       [&](Json& settings) { removed = settings.erase(setting) > 0; });
  return removed;
}

Json read_json_file(Context& context, const std::string& filename) {
  constexpr std::uint64_t largest = 1U << 20U;
  if (filename == "-")
    return parse_json(read_all(context.in().standard_input(), largest, "the JSON"), "standard input");
  FileSource source(open_for_reading(filename), filename);
  return parse_json(read_all(source, largest, filename), shown(filename));
}

void print_setting(Context& context, const Json& json, const std::vector<SettingFields>& records,
                   std::string_view none) {
  Output& out = context.out();
  if (!out.for_person()) {
    out.data(json_text(json, 2) + "\n");
    return;
  }
  if (records.empty()) out.note(none);
  bool first = true;
  for (const SettingFields& record : records) {
    if (!first) out.data("\n");
    first = false;
    FieldList fields;
    for (const auto& [name, value] : record) fields.add(name + ":", value);
    fields.print(out);
  }
}

std::int64_t seconds_of_days(double days, std::string_view flag) {
  constexpr double most = 36'500;
  constexpr std::int64_t day = 86'400;
  if (days < 1 || days > most || std::floor(days) != days) {
    throw Error(ErrorKind::usage, fmt::format("{} must be a whole number of days, 1 to {}", flag, most));
  }
  return static_cast<std::int64_t>(days) * day;
}

std::string rule_name(const std::optional<std::string>& given) {
  if (!given) return "rule-" + random_hex(4);
  if (given->empty()) throw Error(ErrorKind::usage, "the name of a rule cannot be empty");
  return *given;
}

}  // namespace corral::r2

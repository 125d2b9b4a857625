#include "commands/r2/setting_command.hpp"

#include <cmath>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/files/durable_file.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/text/field_list.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/moment.hpp"

namespace corral::r2 {

void add_setting_target(Arguments& arguments, SettingTarget& target, const std::string& positional,
                        Reach reach) {
  required(value_name(add_text(arguments, positional, target.bucket, "The bucket"), "BUCKET"));
  add_bucket_options(arguments, target.options, reach);
}

void add_force_flag(Arguments& arguments, SettingTarget& target) {
  add_flag(arguments, "-y,--force", target.force, "Do not ask");
}

R2Buckets& buckets_of(Context& context, const SettingTarget& target) {
  return context.stores(target.options.state).r2_buckets();
}

BucketId bucket_of(Context& context, const SettingTarget& target) {
  return bucket_id(context, target.options, target.bucket);
}

namespace {

/// Makes a change that returns whether it was made (R2Buckets::replace).
void change_with_care(Context& context, const SettingTarget& target, const BucketId& bucket,
                      const std::function<bool(CatalogCare)>& change) {
  if (change(target.force ? CatalogCare::ignore : CatalogCare::keep)) return;
  confirm(context,
          fmt::format("{} has a data catalog, whose tables this can break. Continue?",
                      bucket_for_question(context, target.options, bucket)),
          "--force", false);
  change(CatalogCare::ignore);
}

}  // namespace

Json read_setting(Context& context, const SettingTarget& target, BucketSetting setting,
                  const Json& otherwise) {
  const auto text = buckets_of(context, target).read(bucket_of(context, target), setting);
  return text ? parse_json(*text, "the setting of the bucket") : otherwise;
}

void replace_setting(Context& context, const SettingTarget& target, BucketSetting setting, const Json& json) {
  const BucketId bucket = bucket_of(context, target);
  change_with_care(context, target, bucket, [&](CatalogCare care) {
    return buckets_of(context, target).replace(bucket, setting, json_text(json, 0), care);
  });
}

void edit_setting(Context& context, const SettingTarget& target, BucketSetting setting, const Json& otherwise,
                  const std::function<void(Json&)>& edit) {
  const BucketId bucket = bucket_of(context, target);
  const auto edited = [&](const std::optional<std::string>& text) {
    Json json = text ? parse_json(*text, "the setting of the bucket") : otherwise;
    edit(json);
    return json_text(json, 0);
  };
  change_with_care(context, target, bucket, [&](CatalogCare care) {
    return buckets_of(context, target).edit(bucket, setting, edited, care);
  });
}

void note_change(Context& context, const SettingTarget& target, std::string_view in_effect,
                 std::string_view only_kept) {
  context.out().note(buckets_of(context, target).acts_on_settings() ? in_effect : only_kept);
}

Json read_json_file(Context& context, const std::string& filename) {
  constexpr std::uint64_t largest = 1U << 20U;
  if (filename == "-")
    return parse_json(read_all(context.in().standard_input(), largest, "the JSON"), "standard input");
  FileSource source(open_for_reading(filename), filename);
  return parse_json(read_all(source, largest, filename), shown(filename));
}

void print_setting(Context& context, const Json& json,
                   const std::function<std::vector<SettingFields>()>& records_of, std::string_view none) {
  Output& out = context.out();
  if (!out.for_person()) {
    out.data(json_text(json, 2) + "\n");
    return;
  }
  const std::vector<SettingFields> records = records_of();
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

UnixMillis parse_day(std::string_view day, std::string_view flag) {
  constexpr std::string_view form = "2030-01-31";
  if (const auto moment = moment_of(day); moment && day.size() == form.size()) return *moment;
  throw Error(ErrorKind::usage, fmt::format("{} must be a day, but is \"{}\"", flag, shown(day)),
              fmt::format("write it as {}", form));
}

std::string rule_name(const std::optional<std::string>& given) {
  if (!given || given->empty())
    throw Error(ErrorKind::usage, "the rule has no name", "give it after the bucket, or as --name NAME");
  return *given;
}

}  // namespace corral::r2

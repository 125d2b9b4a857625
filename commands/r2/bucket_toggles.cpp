// On/off settings of a bucket: its public address, and uploads near the client.
#include <memory>
#include <string>

#include <fmt/format.h>

#include "commands/command/arguments.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/setting_command.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

namespace {

constexpr BucketSetting dev_url = BucketSetting::dev_url;
constexpr BucketSetting local_uploads = BucketSetting::local_uploads;

void turn(Context& context, const SettingTarget& target, BucketSetting setting, bool on) {
  replace_setting(context, target, setting, Json{{"enabled", on}});
  std::string local = "kept with the bucket; changes nothing locally";
  if (setting == dev_url) {
    local = fmt::format("'corral serve' {} objects at {}.localhost without a key",
                        on ? "shows" : "does not show", bucket_of(context, target).name);
  }
  note_change(context, target, on ? "it is on from now on" : "it is off from now on", local);
}

void get(Context& context, const SettingTarget& target, BucketSetting setting) {
  const Json json = read_setting(context, target, setting, Json{{"enabled", false}});
  const auto records = [&] {
    SettingFields fields = {{"enabled", json.value("enabled", false) ? "Yes" : "No"}};
    if (json.contains("domain")) fields.emplace_back("domain", json.at("domain").get<std::string>());
    return std::vector<SettingFields>{fields};
  };
  print_setting(context, json, records, "");
}

template <BucketSetting Setting, bool On>
Run declare_turn(Arguments& arguments) {
  auto target = std::make_shared<SettingTarget>();
  add_setting_target(arguments, *target);
  add_force_flag(arguments, *target);
  return [target](Context& context) { turn(context, *target, Setting, On); };
}

template <BucketSetting Setting>
Run declare_get(Arguments& arguments) {
  auto target = std::make_shared<SettingTarget>();
  add_setting_target(arguments, *target);
  return [target](Context& context) { get(context, *target, Setting); };
}

}  // namespace

std::vector<Command> dev_url_commands() {
  return {{.names = {"enable"},
           .summary = "Enable the public r2.dev address",
           .examples = {"corral r2 bucket dev-url enable my-bucket"},
           .declare = declare_turn<dev_url, true>,
           .live_values = bucket_values()},
          {.names = {"get"},
           .summary = "Show whether the public address is enabled",
           .examples = {"corral r2 bucket dev-url get my-bucket"},
           .declare = declare_get<dev_url>,
           .reads_only = true,
           .live_values = bucket_values()},
          {.names = {"disable"},
           .summary = "Disable the public r2.dev address",
           .examples = {"corral r2 bucket dev-url disable my-bucket"},
           .declare = declare_turn<dev_url, false>,
           .live_values = bucket_values()}};
}

std::vector<Command> local_uploads_commands() {
  return {{.names = {"enable"},
           .summary = "Store uploads near the client first",
           .examples = {"corral r2 bucket local-uploads enable my-bucket"},
           .declare = declare_turn<local_uploads, true>,
           .live_values = bucket_values()},
          {.names = {"get"},
           .summary = "Show whether uploads are stored near the client first",
           .examples = {"corral r2 bucket local-uploads get my-bucket"},
           .declare = declare_get<local_uploads>,
           .reads_only = true,
           .live_values = bucket_values()},
          {.names = {"disable"},
           .summary = "Store uploads directly in the bucket's location",
           .examples = {"corral r2 bucket local-uploads disable my-bucket"},
           .declare = declare_turn<local_uploads, false>,
           .live_values = bucket_values()}};
}

}  // namespace corral::r2

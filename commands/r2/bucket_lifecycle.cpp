#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/lifecycle_rules.hpp"
#include "commands/r2/rule_commands.hpp"
#include "commands/r2/setting_command.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

Command lifecycle_run();  // bucket_lifecycle_run.cpp

namespace {

struct Options {
  SettingTarget target;
  std::optional<std::string> id;
  std::optional<std::string> prefix;
  std::optional<double> expire_days;
  std::optional<std::string> expire_date;
  std::optional<double> access_days;
  std::optional<std::string> access_date;
  std::optional<double> abort_days;
};

void check(const Json& json) {
  parse_lifecycle_rules(json);
}

std::vector<SettingFields> fields_of(const Json& json) {
  std::vector<SettingFields> records;
  for (const LifecycleRule& rule : parse_lifecycle_rules(json)) {
    records.push_back({{"name", rule.id},
                       {"enabled", rule.enabled ? "Yes" : "No"},
                       {"prefix", rule.prefix.empty() ? "(all prefixes)" : rule.prefix},
                       {"action", lifecycle_action(rule)}});
  }
  return records;
}

constexpr RuleKind kind = {
    .setting = BucketSetting::lifecycle, .word = "lifecycle", .check = check, .fields = fields_of};

std::optional<LifecycleMoment> moment_from(const std::optional<double>& days,
                                           const std::optional<std::string>& date, const std::string& flag) {
  if (days && date) {
    throw Error(ErrorKind::usage, fmt::format("{}-days and {}-date exclude each other", flag, flag));
  }
  if (days) return LifecycleMoment{seconds_of_days(*days, flag + "-days"), 0};
  if (date) return LifecycleMoment{{}, parse_day(*date, flag + "-date")};
  return std::nullopt;
}

void add(const Options& options, Context& context) {
  LifecycleRule rule;
  rule.id = rule_name(options.id);
  rule.prefix = options.prefix.value_or("");
  rule.expire = moment_from(options.expire_days, options.expire_date, "--expire");
  rule.infrequent_access = moment_from(options.access_days, options.access_date, "--ia-transition");
  if (options.abort_days)
    rule.abort_multipart_after = seconds_of_days(*options.abort_days, "--abort-multipart-days");
  if (!rule.expire && !rule.infrequent_access && !rule.abort_multipart_after) {
    throw Error(ErrorKind::usage, "the rule does nothing",
                "give --expire-days, --expire-date, --ia-transition-days, --ia-transition-date or "
                "--abort-multipart-days");
  }
  add_rule(context, options.target, kind, lifecycle_rules_as_json({rule})["rules"][0]);
  context.out().note(fmt::format("added lifecycle rule \"{}\": {}", shown(rule.id), lifecycle_action(rule)));
}

Run declare_add(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_setting_target(arguments, options->target);
  add_new_rule(arguments, options->id, options->prefix);
  value_name(
      add_number(arguments, "--expire-days", options->expire_days, "Delete objects after this many days"),
      "DAYS");
  value_name(add_text(arguments, "--expire-date", options->expire_date, "Delete objects from this day on"),
             "DATE");
  value_name(add_number(arguments, "--ia-transition-days", options->access_days,
                        "Change the storage class after this many days"),
             "DAYS");
  value_name(add_text(arguments, "--ia-transition-date", options->access_date,
                      "Change the storage class on this day"),
             "DATE");
  value_name(add_number(arguments, "--abort-multipart-days", options->abort_days,
                        "Abort multipart uploads after this many days"),
             "DAYS");
  add_force_flag(arguments, options->target);
  return [options](Context& context) { add(*options, context); };
}

}  // namespace

std::vector<Command> lifecycle_commands() {
  return {{.names = {"add"},
           .summary = "Add a lifecycle rule",
           .examples = {"corral r2 bucket lifecycle add my-bucket old-logs logs/ --expire-days 30"},
           .declare = declare_add,
           .live_values = bucket_values()},
          {.names = {"list"},
           .summary = "List the lifecycle rules",
           .examples = {"corral r2 bucket lifecycle list my-bucket"},
           .declare = [](Arguments& arguments) { return declare_rule_list(arguments, kind); },
           .reads_only = true,
           .live_values = bucket_values()},
          {.names = {"remove"},
           .summary = "Remove a lifecycle rule",
           .examples = {"corral r2 bucket lifecycle remove my-bucket --name daily"},
           .declare = [](Arguments& arguments) { return declare_rule_remove(arguments, kind); },
           .live_values = bucket_values()},
          {.names = {"set"},
           .summary = "Replace all lifecycle rules with those in a file",
           .examples = {"corral r2 bucket lifecycle set my-bucket --file lifecycle.json --force"},
           .declare = [](Arguments& arguments) { return declare_rule_set(arguments, kind); },
           .live_values = bucket_values()},
          lifecycle_run()};
}

}  // namespace corral::r2

#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/cors_rules.hpp"
#include "commands/r2/rule_commands.hpp"
#include "commands/r2/setting_command.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

namespace {

std::string joined(const std::vector<std::string>& words) {
  return words.empty() ? std::string("(no value)") : fmt::format("{}", fmt::join(words, ", "));
}

std::vector<SettingFields> fields_of(const Json& json) {
  std::vector<SettingFields> records;
  for (const CorsRule& rule : parse_cors_rules(json)) {
    records.push_back({{"allowed_origins", joined(rule.origins)},
                       {"allowed_methods", joined(rule.methods)},
                       {"allowed_headers", joined(rule.headers)},
                       {"exposed_headers", joined(rule.expose_headers)},
                       {"max_age_seconds", rule.max_age_seconds ? std::to_string(*rule.max_age_seconds)
                                                                : std::string("(no value)")}});
  }
  return records;
}

void check(const Json& json) {
  parse_cors_rules(json);
}

constexpr RuleKind kind = {
    .setting = BucketSetting::cors, .word = "CORS", .check = check, .fields = fields_of};

void remove(const SettingTarget& target, Context& context) {
  const BucketId bucket = bucket_of(context, target);
  if (!target.force) {
    confirm(context,
            fmt::format("Delete all CORS rules of {}?", bucket_for_question(context, target.options, bucket)),
            "--force", false);
  }
  if (!buckets_of(context, target).erase(bucket, kind.setting))
    context.out().note("there were no CORS rules");
}

Run declare_delete(Arguments& arguments) {
  auto target = std::make_shared<SettingTarget>();
  add_setting_target(arguments, *target);
  add_force_flag(arguments, *target);
  return [target](Context& context) { remove(*target, context); };
}

}  // namespace

std::vector<Command> cors_commands() {
  return {{.names = {"list"},
           .summary = "List the CORS rules",
           .examples = {"corral r2 bucket cors list my-bucket"},
           .declare = [](Arguments& arguments) { return declare_rule_list(arguments, kind); },
           .reads_only = true,
           .live_values = bucket_values()},
          {.names = {"set"},
           .summary = "Replace all CORS rules with those in a file",
           .examples = {"corral r2 bucket cors set my-bucket --file cors.json --force"},
           .declare = [](Arguments& arguments) { return declare_rule_set(arguments, kind); },
           .live_values = bucket_values()},
          {.names = {"delete"},
           .summary = "Delete all CORS rules",
           .examples = {"corral r2 bucket cors delete my-bucket --force"},
           .declare = declare_delete,
           .live_values = bucket_values()}};
}

}  // namespace corral::r2

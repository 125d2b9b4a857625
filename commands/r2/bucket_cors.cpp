#include <algorithm>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/rule_commands.hpp"
#include "commands/r2/rule_fields.hpp"
#include "commands/r2/setting_command.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

namespace {

/// Checks rules of the form {"rules": [{"allowed": {"origins", "methods", "headers"?}, "exposeHeaders"?,
/// "maxAgeSeconds"?}]} (docs/reference/r2.md) and returns their fields for display.
std::vector<SettingFields> check_rules(const Json& json) {
  std::vector<SettingFields> records;
  for (const Json& one : rules_of(json, "CORS rules")) {
    const RuleFields rule(one, fmt::format("CORS rule {}", records.size() + 1));
    const RuleFields allowed = rule.inner("allowed");
    const auto joined = [](const std::vector<std::string>& words) {
      return words.empty() ? std::string("(no value)") : fmt::format("{}", fmt::join(words, ", "));
    };
    const auto origins = allowed.texts("origins");
    const auto methods = allowed.texts("methods", {"GET", "PUT", "POST", "DELETE", "HEAD"});
    if (origins.empty()) allowed.refuse("origins", "is empty");
    if (methods.empty()) allowed.refuse("methods", "is empty");
    SettingFields fields = {{"allowed_origins", joined(origins)}, {"allowed_methods", joined(methods)}};
    fields.emplace_back("allowed_headers", joined(allowed.has("headers") ? allowed.texts("headers")
                                                                         : std::vector<std::string>()));
    fields.emplace_back("exposed_headers", joined(rule.has("exposeHeaders") ? rule.texts("exposeHeaders")
                                                                            : std::vector<std::string>()));
    fields.emplace_back("max_age_seconds", rule.has("maxAgeSeconds")
                                               ? std::to_string(rule.number("maxAgeSeconds", 0))
                                               : std::string("(no value)"));
    records.push_back(std::move(fields));
  }
  return records;
}

void check(const Json& json) {
  check_rules(json);
}

constexpr RuleKind kind = {
    .setting = BucketSetting::cors, .word = "CORS", .check = check, .fields = check_rules};

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

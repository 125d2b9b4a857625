#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/lock_rules.hpp"
#include "commands/r2/rule_commands.hpp"
#include "commands/r2/setting_command.hpp"
#include "commands/text/json.hpp"
#include "commands/text/readable.hpp"

namespace corral::r2 {

namespace {

struct Options {
  SettingTarget target;
  std::optional<std::string> id;
  std::optional<std::string> prefix;
  std::optional<double> days;
  std::optional<std::string> date;
  bool indefinite = false;
};

std::string words_for(const LockRule& rule) {
  constexpr std::int64_t day = 86'400;
  switch (rule.kind) {
    case LockRule::Kind::age:
      return rule.max_age_seconds % day == 0 ? fmt::format("after {} days", rule.max_age_seconds / day)
                                             : fmt::format("after {} seconds", rule.max_age_seconds);
    case LockRule::Kind::date: return "on " + iso_time(rule.date).substr(0, 10);
    case LockRule::Kind::indefinite: return "indefinitely";
  }
  return {};
}

void check(const Json& json) {
  parse_lock_rules(json);
}

std::vector<SettingFields> fields_of(const Json& json) {
  std::vector<SettingFields> records;
  for (const LockRule& rule : parse_lock_rules(json)) {
    records.push_back({{"name", rule.id},
                       {"enabled", rule.enabled ? "Yes" : "No"},
                       {"prefix", rule.prefix.empty() ? "(all prefixes)" : rule.prefix},
                       {"condition", words_for(rule)}});
  }
  return records;
}

constexpr RuleKind kind = {
    .setting = BucketSetting::lock, .word = "lock", .check = check, .fields = fields_of};

void add(const Options& options, Context& context) {
  if (count_given({options.days.has_value(), options.date.has_value(), options.indefinite}) != 1) {
    throw Error(ErrorKind::usage, "a lock rule has one retention",
                "give one of --retention-days, --retention-date and --retention-indefinite");
  }
  LockRule rule;
  rule.id = rule_name(options.id);
  rule.prefix = options.prefix.value_or("");
  if (options.days) {
    rule.kind = LockRule::Kind::age;
    rule.max_age_seconds = seconds_of_days(*options.days, "--retention-days");
  } else if (options.date) {
    rule.kind = LockRule::Kind::date;
    rule.date = parse_day(*options.date, "--retention-date");
  }
  add_rule(context, options.target, kind, lock_rules_as_json({rule})["rules"][0]);
  context.out().note(fmt::format("added lock rule \"{}\"", shown(rule.id)));
}

Run declare_add(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_setting_target(arguments, options->target);
  add_new_rule(arguments, options->id, options->prefix);
  value_name(add_number(arguments, "--retention-days", options->days,
                        "Lock objects for this many days after upload"),
             "DAYS");
  value_name(add_text(arguments, "--retention-date", options->date, "Lock objects until this day"), "DATE");
  add_flag(arguments, "--retention-indefinite", options->indefinite,
           "Lock objects until the rule is removed");
  add_force_flag(arguments, options->target);
  return [options](Context& context) { add(*options, context); };
}

}  // namespace

std::vector<Command> lock_commands() {
  return {{.names = {"add"},
           .summary = "Add a lock rule: matching objects cannot be overwritten or deleted",
           .examples = {"corral r2 bucket lock add my-bucket keep-invoices invoices/ --retention-days 365"},
           .declare = declare_add,
           .live_values = bucket_values()},
          {.names = {"list"},
           .summary = "List the lock rules",
           .examples = {"corral r2 bucket lock list my-bucket"},
           .declare = [](Arguments& arguments) { return declare_rule_list(arguments, kind); },
           .reads_only = true,
           .live_values = bucket_values()},
          {.names = {"remove"},
           .summary = "Remove a lock rule",
           .examples = {"corral r2 bucket lock remove my-bucket --name audit"},
           .declare = [](Arguments& arguments) { return declare_rule_remove(arguments, kind); },
           .live_values = bucket_values()},
          {.names = {"set"},
           .summary = "Replace all lock rules with those in a file",
           .examples = {"corral r2 bucket lock set my-bucket --file lock.json --force"},
           .declare = [](Arguments& arguments) { return declare_rule_set(arguments, kind); },
           .live_values = bucket_values()}};
}

}  // namespace corral::r2

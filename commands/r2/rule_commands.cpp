#include "commands/r2/rule_commands.hpp"

#include <memory>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/r2/rule_fields.hpp"

namespace corral::r2 {

namespace {

Json no_rules() {
  Json json;
  json["rules"] = Json::array();
  return json;
}

/// Changes the rules. Those that stay are left as they are, whatever fields they have.
void edit_rules(Context& context, const SettingTarget& target, const RuleKind& kind,
                const std::function<void(Json& rules)>& edit) {
  edit_setting(context, target, kind.setting, no_rules(), [&](Json& json) {
    if (!json.is_object() || !json.contains("rules")) json = no_rules();
    Json rules = rules_of(json, fmt::format("the {} rules", kind.word));
    edit(rules);
    json = Json{{"rules", std::move(rules)}};
  });
}

std::string id_of(const Json& rule) {
  const auto* const id = rule.find("id");
  return id == rule.end() || id->text() == nullptr ? std::string() : *id->text();
}

void list(Context& context, const SettingTarget& target, const RuleKind& kind) {
  const Json json = read_setting(context, target, kind.setting, no_rules());
  print_setting(
      context, json, [&] { return kind.fields(json); }, fmt::format("no {} rules", kind.word));
}

void remove(Context& context, SettingTarget target, const RuleKind& kind, const std::string& id) {
  target.force = true;  // a rule less breaks nothing
  edit_rules(context, target, kind, [&](Json& rules) {
    Json kept = Json::array();
    for (const Json& rule : rules) {
      if (id_of(rule) != id) kept.push_back(rule);
    }
    if (kept.size() == rules.size()) {
      throw Error(ErrorKind::not_found, fmt::format("there is no {} rule \"{}\"", kind.word, shown(id)));
    }
    rules = std::move(kept);
  });
}

void set(Context& context, const SettingTarget& target, const RuleKind& kind, const std::string& file) {
  const Json json = read_json_file(context, file);
  kind.check(json);
  const Json replacement{{"rules", json.at("rules")}};
  if (!target.force) {
    confirm(context,
            fmt::format("Replace all {} rules of {}?", kind.word,
                        bucket_for_question(context, target.options, bucket_of(context, target))),
            "--force", read_setting(context, target, kind.setting, no_rules()).at("rules").empty());
  }
  replace_setting(context, target, kind.setting, replacement);
  context.out().note(fmt::format("set {} {} rules", replacement["rules"].size(), kind.word));
}

struct Options {
  SettingTarget target;
  std::string id_or_file;
};

}  // namespace

void add_rule(Context& context, const SettingTarget& target, const RuleKind& kind, const Json& rule) {
  edit_rules(context, target, kind, [&](Json& rules) {
    rules.push_back(rule);
    std::vector<std::string> ids;
    for (const Json& one : rules) ids.push_back(id_of(one));
    check_rule_ids_differ(ids, fmt::format("{} rules", kind.word));
  });
}

void add_new_rule(Arguments& arguments, std::optional<std::string>& id, std::optional<std::string>& prefix) {
  value_name(add_text(arguments, "name", id, "Name of the rule (default: a random one)"), "NAME");
  value_name(add_text(arguments, "prefix", prefix, "Only objects that start with this"), "PREFIX");
  value_name(hidden(add_text(arguments, "--name,--id", id, "The same as <name>")), "NAME");
  value_name(hidden(add_text(arguments, "--prefix", prefix, "The same as <prefix>")), "PREFIX");
}

Run declare_rule_list(Arguments& arguments, const RuleKind& kind) {
  auto target = std::make_shared<SettingTarget>();
  add_setting_target(arguments, *target);
  return [target, &kind](Context& context) { list(context, *target, kind); };
}

Run declare_rule_remove(Arguments& arguments, const RuleKind& kind) {
  auto options = std::make_shared<Options>();
  add_setting_target(arguments, options->target);
  required(value_name(add_text(arguments, "--name,--id", options->id_or_file, "Name of the rule"), "NAME"));
  return [options, &kind](Context& context) { remove(context, options->target, kind, options->id_or_file); };
}

Run declare_rule_set(Arguments& arguments, const RuleKind& kind) {
  auto options = std::make_shared<Options>();
  add_setting_target(arguments, options->target);
  required(add_file(arguments, "--file", options->id_or_file,
                    "JSON as the API has it: {\"rules\": [...]}; - is stdin"));
  add_force_flag(arguments, options->target);
  return [options, &kind](Context& context) { set(context, options->target, kind, options->id_or_file); };
}

}  // namespace corral::r2

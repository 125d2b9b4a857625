#include <algorithm>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/setting_command.hpp"
#include "commands/text/json.hpp"
#include "commands/text/readable.hpp"

namespace corral::r2 {

namespace {

/// {"queues": [{"queueName", "rules": [{"ruleId", "prefix"?, "suffix"?, "actions", "description"?,
/// "createdAt"}]}]}
constexpr const char* setting = "notifications";

struct Options {
  SettingTarget target;
  std::vector<std::string> event_types;
  std::optional<std::string> prefix;
  std::optional<std::string> suffix;
  std::string queue;
  std::optional<std::string> description;
  std::optional<std::string> rule;
};

Json no_rules() {
  Json json;
  json["queues"] = Json::array();
  return json;
}

/// The actions of R2 that an event type stands for (docs/reference/r2.md).
std::vector<std::string> actions_of(const std::vector<std::string>& event_types) {
  std::vector<std::string> actions;
  for (const std::string& type : event_types) {
    if (type == "object-create") {
      actions.insert(actions.end(), {"PutObject", "CompleteMultipartUpload", "CopyObject"});
    } else if (type == "object-delete") {
      actions.insert(actions.end(), {"DeleteObject", "LifecycleDeletion"});
    } else {
      throw Error(ErrorKind::usage, fmt::format("there is no event type \"{}\"", shown(type)),
                  "there are object-create and object-delete");
    }
  }
  return actions;
}

/// Whether two rules could both report one event, which R2 forbids within a bucket.
bool overlap(const Json& one, const Json& other) {
  const auto text = [](const Json& rule, const char* name) { return rule.value(name, std::string()); };
  const std::string prefixes[] = {text(one, "prefix"), text(other, "prefix")};
  const std::string suffixes[] = {text(one, "suffix"), text(other, "suffix")};
  const bool prefix = prefixes[0].starts_with(prefixes[1]) || prefixes[1].starts_with(prefixes[0]);
  const bool suffix = suffixes[0].ends_with(suffixes[1]) || suffixes[1].ends_with(suffixes[0]);
  const auto actions = one.at("actions").get<std::vector<std::string>>();
  const auto others = other.at("actions").get<std::vector<std::string>>();
  return prefix && suffix &&
         std::find_first_of(actions.begin(), actions.end(), others.begin(), others.end()) != actions.end();
}

Json::iterator queue_named(Json& json, const std::string& name) {
  Json& queues = json["queues"];
  return std::find_if(queues.begin(), queues.end(),
                      [&](const Json& one) { return one.at("queueName") == name; });
}

void create(const Options& options, Context& context) {
  if (options.queue.empty()) throw Error(ErrorKind::usage, "--queue needs the name of a queue");
  Json rule;
  rule["ruleId"] = random_hex(16);
  if (options.prefix && !options.prefix->empty()) rule["prefix"] = *options.prefix;
  if (options.suffix && !options.suffix->empty()) rule["suffix"] = *options.suffix;
  rule["actions"] = actions_of(options.event_types);
  if (options.description) rule["description"] = *options.description;
  rule["createdAt"] = iso_time(context.clock().now());
  edit_setting(context, options.target, setting, no_rules(), [&](Json& json) {
    for (const Json& queue : json.at("queues")) {
      for (const Json& other : queue.at("rules")) {
        if (!overlap(rule, other)) continue;
        throw Error(ErrorKind::conflict,
                    fmt::format("rule {} of queue {} covers some of these events already",
                                shown(other.at("ruleId").get<std::string>()),
                                shown(queue.at("queueName").get<std::string>())),
                    "give another --prefix, --suffix or --event-types, or delete that rule");
      }
    }
    if (queue_named(json, options.queue) == json["queues"].end()) {
      Json queue;
      queue["queueName"] = options.queue;
      queue["rules"] = Json::array();
      json["queues"].push_back(std::move(queue));
    }
    (*queue_named(json, options.queue))["rules"].push_back(rule);
  });
  context.out().note(fmt::format("made notification rule {} for queue {}", rule["ruleId"].get<std::string>(),
                                 shown(options.queue)));
}

void list(const Options& options, Context& context) {
  const Json json = read_setting(context, options.target, setting, no_rules());
  std::vector<SettingFields> records;
  for (const Json& queue : json.at("queues")) {
    for (const Json& rule : queue.at("rules")) {
      records.push_back(
          {{"rule_id", rule.at("ruleId").get<std::string>()},
           {"created_at", rule.value("createdAt", std::string())},
           {"queue_name", queue.at("queueName").get<std::string>()},
           {"prefix", rule.value("prefix", std::string("(all prefixes)"))},
           {"suffix", rule.value("suffix", std::string("(all suffixes)"))},
           {"event_type",
            fmt::format("{}", fmt::join(rule.at("actions").get<std::vector<std::string>>(), ","))}});
    }
  }
  print_setting(context, json, records, "no notification rules");
}

void remove(const Options& options, Context& context) {
  edit_setting(context, options.target, setting, no_rules(), [&](Json& json) {
    const auto queue = queue_named(json, options.queue);
    if (queue == json["queues"].end()) {
      throw Error(ErrorKind::not_found,
                  fmt::format("queue {} has no notification rules here", shown(options.queue)));
    }
    Json& rules = (*queue)["rules"];
    if (options.rule) {
      const auto rule = std::find_if(rules.begin(), rules.end(),
                                     [&](const Json& one) { return one.at("ruleId") == *options.rule; });
      if (rule == rules.end())
        throw Error(ErrorKind::not_found,
                    fmt::format("there is no notification rule {}", shown(*options.rule)));
      rules.erase(rule);
    }
    if (!options.rule || rules.empty()) json["queues"].erase(queue);
  });
}

Run declare_create(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_setting_target(arguments, options->target);
  required(value_name(add_texts(arguments, "--event-types,--event-type", options->event_types,
                                "object-create, object-delete or both"),
                      "TYPE"));
  value_name(add_text(arguments, "--prefix", options->prefix, "Only objects that start with this"), "TEXT");
  value_name(add_text(arguments, "--suffix", options->suffix, "Only objects that end with this"), "TEXT");
  required(
      value_name(add_text(arguments, "--queue", options->queue, "The queue that gets the events"), "NAME"));
  value_name(add_text(arguments, "--description", options->description, "What the rule is for"), "TEXT");
  return [options](Context& context) { create(*options, context); };
}

Run declare_list(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_setting_target(arguments, options->target);
  return [options](Context& context) { list(*options, context); };
}

Run declare_delete(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_setting_target(arguments, options->target);
  required(
      value_name(add_text(arguments, "--queue", options->queue, "The queue that gets the events"), "NAME"));
  value_name(
      add_text(arguments, "--rule", options->rule, "Delete only this rule (default: all rules of the queue)"),
      "ID");
  return [options](Context& context) { remove(*options, context); };
}

}  // namespace

std::vector<Command> notification_commands() {
  return {{.names = {"create"},
           .summary = "Send events about created and deleted objects to a queue",
           .examples =
               {"corral r2 bucket notification create my-bucket --event-types object-create --queue jobs"},
           .declare = declare_create,
           .live_values = bucket_values()},
          {.names = {"list"},
           .summary = "List the notification rules",
           .examples = {"corral r2 bucket notification list my-bucket"},
           .declare = declare_list,
           .reads_only = true,
           .live_values = bucket_values()},
          {.names = {"get"},
           .summary = "List the notification rules",
           .examples = {"corral r2 bucket notification get my-bucket"},
           .declare = declare_list,
           .reads_only = true,
           .live_values = bucket_values()},
          {.names = {"delete"},
           .summary = "Delete a notification rule, or all rules of a queue",
           .examples = {"corral r2 bucket notification delete my-bucket --queue events"},
           .declare = declare_delete,
           .live_values = bucket_values()}};
}

}  // namespace corral::r2

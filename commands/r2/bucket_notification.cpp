#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/r2/commands.hpp"
#include "commands/r2/setting_command.hpp"
#include "commands/text/json.hpp"
#include "commands/text/readable.hpp"

namespace corral::r2 {

namespace {

struct Options {
  SettingTarget target;
  std::vector<std::string> event_types;
  std::optional<std::string> prefix;
  std::optional<std::string> suffix;
  std::string queue;
  std::optional<std::string> description;
  std::optional<std::string> rule;
};

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

void create(const Options& options, Context& context) {
  if (options.queue.empty()) throw Error(ErrorKind::usage, "--queue needs the name of a queue");
  const NewNotification wanted{.queue = options.queue,
                               .prefix = options.prefix.value_or(""),
                               .suffix = options.suffix.value_or(""),
                               .actions = actions_of(options.event_types),
                               .description = options.description,
                               .created_at = iso_time(context.clock().now())};
  const std::string id =
      buckets_of(context, options.target).notify(bucket_of(context, options.target), wanted);
  context.out().note(fmt::format("created notification rule{} for queue {}",
                                 id.empty() ? "" : " " + shown(id), shown(options.queue)));
}

std::string text_or(const Json& object, std::string_view name, std::string_view otherwise) {
  const auto* const found = object.find(name);
  const bool given = found != object.end() && found->text() != nullptr && !found->text()->empty();
  return given ? *found->text() : std::string(otherwise);
}

std::vector<SettingFields> fields_of(const Json& json) {
  std::vector<SettingFields> records;
  for (const Json& queue : json.at("queues")) {
    for (const Json& rule : queue.at("rules")) {
      records.push_back(
          {{"rule_id", text_or(rule, "ruleId", "")},
           {"created_at", text_or(rule, "createdAt", "")},
           {"queue_name", text_or(queue, "queueName", "")},
           {"prefix", text_or(rule, "prefix", "(all prefixes)")},
           {"suffix", text_or(rule, "suffix", "(all suffixes)")},
           {"event_type",
            fmt::format("{}", fmt::join(rule.at("actions").get<std::vector<std::string>>(), ","))}});
    }
  }
  return records;
}

void list(const Options& options, Context& context) {
  const Json none{{"queues", Json::array()}};
  const Json json = read_setting(context, options.target, BucketSetting::notifications, none);
  print_setting(
      context, json, [&] { return fields_of(json); }, "no notification rules");
}

void remove(const Options& options, Context& context) {
  buckets_of(context, options.target)
      .stop_notifying(bucket_of(context, options.target), options.queue, options.rule);
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

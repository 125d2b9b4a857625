// `do alarm`: the alarm of an object.
#include <charconv>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/durable_objects/commands.hpp"
#include "commands/durable_objects/describe.hpp"
#include "commands/durable_objects/target.hpp"
#include "commands/text/duration.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/moment.hpp"
#include "commands/text/readable.hpp"

namespace corral::durable_objects {

namespace {

void run_get(const ObjectOptions& options, Context& context) {
  const auto alarm = open_object(context, options, Access::read)->alarm();
  Output& out = context.out();
  if (out.for_person()) {
    if (alarm) {
      out.data(readable_time(millis_of(*alarm)) + " UTC\n");
    } else {
      out.note("no alarm is set");
    }
    return;
  }
  Json json;
  json["alarm"] = alarm_as_json(alarm);
  json["scheduled_time"] = alarm ? Json(millis_of(*alarm)) : Json(nullptr);
  out.data(json_text(json, 2) + "\n");
}

Run declare_get(Arguments& arguments) {
  auto options = std::make_shared<ObjectOptions>();
  add_object_options(arguments, *options);
  return [options](Context& context) { run_get(*options, context); };
}

struct SetOptions {
  ObjectOptions target;
  std::optional<std::string> time;
  std::optional<std::string> in;
};

constexpr UnixMillis nanos_in_milli = 1'000'000;

UnixMillis time_of(const SetOptions& options, UnixMillis now) {
  if (options.time.has_value() == options.in.has_value()) {
    throw Error(ErrorKind::usage, options.time ? "give either a TIME or --in, not both" : "no time was given",
                "give one like 2030-01-31T12:00:00Z, or --in 30m");
  }
  if (options.in) return now + parse_duration(*options.in, "--in");
  UnixMillis time = 0;
  const char* const end = options.time->data() + options.time->size();
  constexpr std::size_t shortest_millis = 10;  // shorter numbers may be a year
  const bool is_millis =
      options.time->size() >= shortest_millis && std::from_chars(options.time->data(), end, time).ptr == end;
  if (!is_millis) time = r2::parse_moment(*options.time, "TIME");
  if (time < 0 || time > INT64_MAX / nanos_in_milli)
    throw Error(ErrorKind::usage, "an alarm lies between 1970 and 2262");
  return time;
}

void run_set(SetOptions options, Context& context) {
  take_words(options.target, {&options.time});
  const UnixMillis time = time_of(options, context.clock().now());
  const auto object = open_object(context, options.target, Access::write);
  object->set_alarm(time * nanos_in_milli);
  context.out().note(
      fmt::format("alarm of {} set for {} UTC; a running 'wrangler dev' learns of it when it restarts",
                  described(options.target, *object), readable_time(time)));
}

Run declare_set(Arguments& arguments) {
  auto options = std::make_shared<SetOptions>();
  add_object_options(arguments, options->target);
  value_name(add_text(arguments, "time", options->time, "When: a date, or milliseconds since 1970"), "TIME");
  value_name(add_text(arguments, "--in", options->in, "Time from now: 90s, 30m, 12h, 7d"), "DURATION");
  return [options](Context& context) { run_set(*options, context); };
}

void run_delete(const ObjectOptions& options, Context& context) {
  const auto object = open_object(context, options, Access::read);
  const bool was_set = object->delete_alarm();
  context.out().note(
      fmt::format("{} {}", described(options, *object), was_set ? "has no alarm any more" : "had no alarm"));
}

Run declare_delete(Arguments& arguments) {
  auto options = std::make_shared<ObjectOptions>();
  add_object_options(arguments, *options);
  return [options](Context& context) { run_delete(*options, context); };
}

}  // namespace

Command alarm_get() {
  return {.names = {"get"},
          .summary = "Show when an object's alarm is set for",
          .examples = {"corral do alarm get Counter --name alpha"},
          .declare = declare_get,
          .reads_only = true,
          .live_values = object_values()};
}

Command alarm_set() {
  return {.names = {"set"},
          .summary = "Set an object's alarm, as storage.setAlarm would",
          .examples = {"corral do alarm set Counter --name alpha 2030-01-31T12:00:00Z",
                       "corral do alarm set Counter --name alpha --in 30m"},
          .declare = declare_set,
          .live_values = object_values()};
}

Command alarm_delete() {
  return {.names = {"delete"},
          .summary = "Delete an object's alarm, if any",
          .examples = {"corral do alarm delete Counter --name alpha"},
          .declare = declare_delete,
          .live_values = object_values()};
}

}  // namespace corral::durable_objects

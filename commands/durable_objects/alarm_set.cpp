#include <charconv>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "backends/text.hpp"
#include "commands/arguments.hpp"
#include "commands/durable_objects/commands.hpp"
#include "commands/durable_objects/target.hpp"
#include "commands/duration.hpp"
#include "commands/r2/moment.hpp"
#include "commands/readable.hpp"

namespace corral::durable_objects {

namespace {

struct Options {
  ObjectOptions target;
  std::optional<std::string> time;
  std::optional<std::string> in;
};

constexpr UnixMillis nanos_in_milli = 1'000'000;

UnixMillis time_of(const Options& options, UnixMillis now) {
  if (options.time.has_value() == options.in.has_value()) {
    throw Error(ErrorKind::usage, options.time ? "a TIME and --in exclude each other" : "no time was given",
                "give one like 2030-01-31T12:00:00Z, or --in 30m");
  }
  if (options.in) return now + parse_duration(*options.in, "--in");
  UnixMillis time = 0;
  const char* const end = options.time->data() + options.time->size();
  constexpr std::size_t shortest_millis = 10;  // what is shorter may be a year
  const bool is_millis =
      options.time->size() >= shortest_millis && std::from_chars(options.time->data(), end, time).ptr == end;
  if (!is_millis) time = r2::parse_moment(*options.time, "TIME");
  if (time < 0 || time > INT64_MAX / nanos_in_milli)
    throw Error(ErrorKind::usage, "an alarm lies between 1970 and 2262");
  return time;
}

void run(Options options, Context& context) {
  take_words(options.target, {&options.time});
  const UnixMillis time = time_of(options, context.clock().now());
  const auto object = open_object(context, options.target, Access::write);
  object->set_alarm(time * nanos_in_milli);
  context.out().note(
      fmt::format("alarm of {} set for {} UTC; a running 'wrangler dev' learns of it when it restarts",
                  described(options.target, *object), readable_time(time)));
}

Run declare(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_object_options(app, options->target);
  value_name(add_text(app, "time", options->time, "When: a date, or milliseconds since 1970"), "TIME");
  value_name(add_text(app, "--in", options->in, "So long from now: 90s, 30m, 12h, 7d"), "DURATION");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command alarm_set() {
  return {.names = {"set"},
          .summary = "Set an object's alarm, as storage.setAlarm would",
          .examples = {"corral do alarm set Counter --name alpha 2030-01-31T12:00:00Z",
                       "corral do alarm set Counter --name alpha --in 30m"},
          .declare = declare,
          .live_values = object_values()};
}

}  // namespace corral::durable_objects

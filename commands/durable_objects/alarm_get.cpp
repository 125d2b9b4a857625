#include <memory>

#include <nlohmann/json.hpp>

#include "commands/durable_objects/commands.hpp"
#include "commands/durable_objects/describe.hpp"
#include "commands/durable_objects/target.hpp"
#include "commands/json_text.hpp"
#include "commands/readable.hpp"

namespace corral::durable_objects {

namespace {

void run(const ObjectOptions& options, Context& context) {
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
  nlohmann::ordered_json json;
  json["alarm"] = alarm_as_json(alarm);
  json["scheduled_time"] =
      alarm ? nlohmann::ordered_json(millis_of(*alarm)) : nlohmann::ordered_json(nullptr);
  out.data(json_text(json, 2) + "\n");
}

Run declare(CLI::App& app) {
  auto options = std::make_shared<ObjectOptions>();
  add_object_options(app, *options);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command alarm_get() {
  return {.names = {"get"},
          .summary = "Show when an object's alarm is set for",
          .examples = {"corral do alarm get Counter --name alpha"},
          .declare = declare,
          .reads_only = true,
          .live_values = object_values()};
}

}  // namespace corral::durable_objects

#include <memory>

#include <fmt/format.h>

#include "commands/durable_objects/commands.hpp"
#include "commands/durable_objects/target.hpp"

namespace corral::durable_objects {

namespace {

void run(const ObjectOptions& options, Context& context) {
  const auto object = open_object(context, options, Access::read);
  const bool was_set = object->delete_alarm();
  context.out().note(
      fmt::format("{} {}", described(options, *object), was_set ? "has no alarm any more" : "had no alarm"));
}

Run declare(CLI::App& app) {
  auto options = std::make_shared<ObjectOptions>();
  add_object_options(app, *options);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command alarm_delete() {
  return {.names = {"delete"},
          .summary = "Take an object's alarm back; none is no error",
          .examples = {"corral do alarm delete Counter --name alpha"},
          .declare = declare,
          .live_values = object_values()};
}

}  // namespace corral::durable_objects

#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/durable_objects/commands.hpp"
#include "commands/durable_objects/target.hpp"

namespace corral::durable_objects {

namespace {

struct Options {
  ObjectOptions target;
  bool force = false;
};

std::string counted(std::uint64_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

void run(const Options& options, Context& context) {
  const auto object = open_object(context, options.target, Access::read);
  const DurableObjectInfo info = object->info();
  const std::string what = fmt::format("{} with {} and {}", described(options.target, *object),
                                       counted(info.keys, "key"), counted(info.tables, "table"));
  confirm(context, fmt::format("Delete {}?", what), "--force (-y)", options.force);
  object->drop();
  if (object->is_stored()) {
    context.out().note(fmt::format("emptied {}; its file stays, as another process has it open", what));
  } else {
    context.out().note(fmt::format("deleted {}", what));
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_object_options(arguments, options->target);
  add_flag(arguments, "--force,-y", options->force, "Do not ask");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command delete_object() {
  return {.names = {"delete"},
          .summary = "Delete an object: its storage and its alarm",
          .examples = {"corral do delete Counter --name alpha --force"},
          .declare = declare,
          .live_values = object_values()};
}

}  // namespace corral::durable_objects

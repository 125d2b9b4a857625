#include <memory>

#include "backends/bytes/text.hpp"
#include "commands/durable_objects/commands.hpp"
#include "commands/durable_objects/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::durable_objects {

namespace {

void run(const ObjectOptions& options, Context& context) {
  const std::string file = open_object(context, options, Access::write)->file().native();
  Output& out = context.out();
  if (out.json_requested()) {
    out.data(json_text({{"file", file}}, 2) + "\n");
  } else {
    out.data((out.data_is_terminal() ? shown(file) : file) + "\n");
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<ObjectOptions>();
  add_object_options(arguments, *options);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command path() {
  return {.names = {"path"},
          .summary = "Print the path of an object's file, for other SQLite tools",
          .examples = {"corral do path Counter --name alpha",
                       "sqlite3 \"$(corral do path Counter --name alpha)\" .tables"},
          .declare = declare,
          .reads_only = true,
          .live_values = object_values()};
}

}  // namespace corral::durable_objects

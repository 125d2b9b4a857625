#include <memory>
#include <string>

#include "commands/command/arguments.hpp"
#include "commands/durable_objects/commands.hpp"
#include "commands/durable_objects/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::durable_objects {

namespace {

struct Options {
  ClassOptions of;
  std::string name;
};

void run(const Options& options, Context& context) {
  const DurableClass of = find_class(context, options.of);
  DurableObjectBackend& backend = context.stores(options.of.state).durable_objects();
  const std::string id = backend.id_of(of, options.name);
  Output& out = context.out();
  if (!out.json_requested()) {
    out.data(id + "\n");
    return;
  }
  Json json;
  json["id"] = id;
  json["name"] = options.name;
  json["stored"] = backend.open(of, id)->is_stored();
  out.data(json_text(json, 2) + "\n");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_class_options(arguments, options->of);
  required(value_name(add_text(arguments, "name", options->name, "The object's name"), "NAME"));
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command id() {
  return {.names = {"id"},
          .summary = "Print the id that idFromName gives for a name",
          .examples = {"corral do id Counter alpha"},
          .declare = declare,
          .reads_only = true,
          .live_values = class_values()};
}

}  // namespace corral::durable_objects

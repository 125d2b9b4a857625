#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/v8/reader.hpp"
#include "commands/command/arguments.hpp"
#include "commands/durable_objects/commands.hpp"
#include "commands/durable_objects/extended_json/extended_json.hpp"
#include "commands/durable_objects/target.hpp"

namespace corral::durable_objects {

namespace {

struct Options {
  ObjectOptions target;
  std::optional<std::string> key;
  bool raw = false;
};

void run(Options options, Context& context) {
  take_words(options.target, {&options.key});
  if (!options.key) throw Error(ErrorKind::usage, "no key was given", "give it after the object");
  const auto object = open_object(context, options.target, Access::read);
  std::optional<std::string> value = object->get(*options.key);
  if (!value) {
    throw Error(ErrorKind::not_found,
                fmt::format("{} has no key \"{}\"", described(options.target, *object), shown(*options.key)));
  }
  Output& out = context.out();
  if (options.raw) {
    out.data(*value);
    return;
  }
  const std::string text = extended_json(v8::read(std::move(*value)), 2) + "\n";
  out.data(text);
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_object_options(arguments, options->target);
  value_name(add_text(arguments, "key", options->key, "Key to read"), "KEY");
  add_flag(arguments, "--raw", options->raw, "Print the stored bytes unchanged (V8's serialization)");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command storage_get() {
  return {.names = {"get"},
          .summary = "Print the value of a key as JSON",
          .examples = {"corral do storage get Counter --name alpha visits",
                       "corral do storage get Counter --name alpha visits --raw > visits.v8"},
          .declare = declare,
          .reads_only = true,
          .live_values = key_values()};
}

}  // namespace corral::durable_objects

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
  ObjectOptions from;
  std::optional<std::string> to;
  std::optional<std::string> to_name;
  std::optional<std::string> to_class;
  bool force = false;
};

void run(Options options, Context& context) {
  take_words(options.from, {&options.to});
  ObjectOptions target;
  target.of = options.from.of;
  if (options.to_class) target.of.name = *options.to_class;
  target.object = options.to;
  target.name = options.to_name;
  if (!target.object && !target.name) {
    throw Error(ErrorKind::usage, "nothing was said of where to copy to", "give --to-name NAME, or an id");
  }
  const auto from = open_object(context, options.from, Access::read);
  const auto to = open_object(context, target, Access::write);
  if (from->file() == to->file())
    throw Error(ErrorKind::usage,
                fmt::format("{} cannot be copied to itself", described(options.from, *from)));
  if (to->is_stored()) {
    confirm(context, fmt::format("Replace {} and all that it has stored?", described(target, *to)), "--force",
            options.force);
  }
  const bool had_alarm = from->alarm().has_value();
  to->copy_from(*from);
  context.out().note(fmt::format("copied {} to {}", described(options.from, *from), described(target, *to)));
  if (had_alarm) context.out().note("the copy has no alarm");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_object_options(arguments, options->from);
  value_name(add_text(arguments, "to", options->to, "The id of the copy; or use --to-name"), "ID");
  value_name(add_text(arguments, "--to-name", options->to_name, "The name of the copy"), "NAME");
  value_name(add_text(arguments, "--to-class", options->to_class, "The class of the copy, if it is another"),
             "CLASS");
  add_flag(arguments, "--force,-f", options->force, "Replace an object without asking");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command copy() {
  return {.names = {"copy"},
          .summary = "Copy an object's keys and tables to another object",
          .examples = {"corral do copy Counter --name alpha --to-name beta",
                       "corral do copy Counter --name alpha --to-name alpha --to-class Backup"},
          .declare = declare,
          .live_values = object_values()};
}

}  // namespace corral::durable_objects

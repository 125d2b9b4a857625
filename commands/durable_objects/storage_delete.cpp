#include <memory>
#include <string>
#include <vector>

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
  std::vector<std::string> keys;
  RangeOptions range;
  bool all = false;
  bool force = false;
};

std::string counted(std::uint64_t count) {
  return fmt::format("{} {}", count, count == 1 ? "key" : "keys");
}

void delete_range(const Options& options, Context& context, DurableObject& object) {
  const StorageRange range = options.range.range();
  std::uint64_t count = 0;
  object.list(range, [&](const StorageItem& /*item*/) {
    ++count;
    return true;
  });
  if (count == 0) {
    context.out().note("no keys are in that range");
    return;
  }
  confirm(context, fmt::format("Delete {} of {}?", counted(count), described(options.target, object)),
          "--force", options.force);
  context.out().note(fmt::format("deleted {}", counted(object.erase(range))));
}

void run(Options options, Context& context) {
  if (options.target.name && options.target.object) {
    options.keys.insert(options.keys.begin(), *options.target.object);
    options.target.object.reset();
  }
  if (count_given({!options.keys.empty(), options.range.is_given(), options.all}) != 1) {
    throw Error(ErrorKind::usage,
                "keys, a range of them (--prefix, --start, --end) and --all exclude each other",
                "name one or more keys, or one of the others");
  }
  const auto object = open_object(context, options.target, Access::read);
  if (options.keys.empty()) {
    delete_range(options, context, *object);
    return;
  }
  const std::uint64_t deleted = object->erase(options.keys);
  if (deleted < options.keys.size()) {
    context.out().note(options.keys.size() == 1
                           ? fmt::format("there was no key \"{}\"", shown(options.keys.front()))
                           : fmt::format("{} of {} keys existed", deleted, options.keys.size()));
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_object_options(arguments, options->target);
  value_name(add_texts(arguments, "key", options->keys, "Keys to delete"), "KEY");
  add_range_options(arguments, options->range);
  add_flag(arguments, "--all", options->all, "Delete all keys");
  add_flag(arguments, "--force,-f", options->force, "Do not ask");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command storage_delete() {
  return {.names = {"delete"},
          .summary = "Delete keys; missing ones are ignored",
          .examples = {"corral do storage delete Counter --name alpha visits",
                       "corral do storage delete Counter --name alpha --prefix user: --force"},
          .declare = declare,
          .live_values = key_values()};
}

}  // namespace corral::durable_objects

#include "commands/durable_objects/range_options.hpp"

#include "commands/arguments.hpp"

namespace corral::durable_objects {

void add_range_options(CLI::App& app, RangeOptions& options) {
  value_name(add_text(app, "--prefix", options.prefix, "Only keys that start with this"), "TEXT");
  value_name(add_text(app, "--start", options.start, "Only this key and those behind it"), "KEY");
  value_name(add_text(app, "--end", options.end, "Only keys before this one"), "KEY");
}

}  // namespace corral::durable_objects

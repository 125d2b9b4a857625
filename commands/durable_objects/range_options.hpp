#pragma once

#include <optional>
#include <string>

#include "backends/durable_objects.hpp"

namespace CLI {
class App;
}

namespace corral::durable_objects {

/// How a command line names a range of keys, as a Worker's storage.list() does.
struct RangeOptions {
  std::optional<std::string> prefix;
  std::optional<std::string> start;
  std::optional<std::string> end;

  [[nodiscard]] bool is_given() const { return prefix || start || end; }
  [[nodiscard]] StorageRange range() const {
    return {.prefix = prefix.value_or(""), .start = start, .end = end};
  }
};

/// Adds --prefix, --start and --end.
void add_range_options(CLI::App& app, RangeOptions& options);

}  // namespace corral::durable_objects

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/config/field_reader.hpp"

namespace corral::config {

/// How an environment (`env.production`) inherits from the top level of a config: bindings and variables are
/// the environment's own, the Worker's name and Durable Object migrations come from the top level if the
/// environment has none (docs/reference/config.md). Without an environment everything is at the top level.
class EnvironmentScope {
 public:
  /// Chooses the object of `project.environment`, and warns in `project` of unknown fields and of bindings
  /// that the environment does not inherit. `root` and `project` outlive the scope. Throws invalid_input if
  /// the config has environments, but not this one.
  EnvironmentScope(const Value& root, Project& project);

  /// Reads fields that an environment does not inherit.
  [[nodiscard]] FieldReader own(ConfigSection section) const;

  /// Reads `field` from the environment if it is there, else from the top level.
  [[nodiscard]] FieldReader inherited(std::string_view field, ConfigSection section) const;

  /// The Worker's name: the environment's own, else the top level's with "-ENVIRONMENT" appended.
  [[nodiscard]] std::optional<std::string> worker_name() const;

 private:
  const Value* choose();
  void warn_of_unknown_fields(const Value& object, bool (*known)(std::string_view));
  void warn_of_lost_bindings();
  [[nodiscard]] FieldReader reader(const Value& object, ConfigSection section) const;

  const Value& root_;
  Project& project_;
  const Value* own_;
};

}  // namespace corral::config

#pragma once

#include <optional>
#include <string>

namespace corral {

/// The environment variables, so that tests can set their own.
class Environment {
 public:
  virtual ~Environment() = default;
  /// nullopt: not set. A variable that is set to nothing is an empty string.
  [[nodiscard]] virtual std::optional<std::string> get(const char* name) const = 0;
};

}  // namespace corral

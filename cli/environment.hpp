#pragma once

#include <optional>
#include <string>

namespace corral {

/// Access to environment variables, replaceable in tests.
class Environment {
 public:
  virtual ~Environment() = default;
  /// nullopt: not set. A variable set to nothing is an empty string.
  [[nodiscard]] virtual std::optional<std::string> get(const char* name) const = 0;
};

/// This process's environment.
class ProcessEnvironment final : public Environment {
 public:
  [[nodiscard]] std::optional<std::string> get(const char* name) const override;
};

}  // namespace corral

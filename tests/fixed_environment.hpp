#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "backends/environment.hpp"

namespace corral::testing {

/// An environment that holds only what it is given.
class FixedEnvironment final : public Environment {
 public:
  FixedEnvironment() = default;
  FixedEnvironment(std::initializer_list<std::pair<const std::string, std::string>> variables)
      : variables_(variables) {}
  [[nodiscard]] std::optional<std::string> get(const char* name) const override {
    const auto found = variables_.find(name);
    return found == variables_.end() ? std::nullopt : std::optional(found->second);
  }
  void set(const std::string& name, const std::string& value) { variables_[name] = value; }

 private:
  std::map<std::string, std::string> variables_;
};

}  // namespace corral::testing

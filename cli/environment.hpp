#pragma once

#include "backends/environment.hpp"

namespace corral {

/// The variables of this process.
class ProcessEnvironment final : public Environment {
 public:
  [[nodiscard]] std::optional<std::string> get(const char* name) const override;
};

}  // namespace corral

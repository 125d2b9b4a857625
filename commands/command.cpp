#include "commands/command.hpp"

namespace corral {

std::optional<std::string> CompletionRequest::option(std::string_view name) const {
  for (const auto& [flag, value] : options) {
    if (flag == name) return value;
  }
  return std::nullopt;
}

}  // namespace corral

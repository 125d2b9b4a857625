#include "cli/environment.hpp"

#include <cstdlib>

namespace corral {

std::optional<std::string> ProcessEnvironment::get(const char* name) const {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread
  if (value == nullptr) return std::nullopt;
  return value;
}

}  // namespace corral

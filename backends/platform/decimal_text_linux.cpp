#include "backends/platform/decimal_text.hpp"

namespace corral::platform {

std::from_chars_result read_number(const char* first, const char* last, double& value) {
  return std::from_chars(first, last, value);
}

}  // namespace corral::platform

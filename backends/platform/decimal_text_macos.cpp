#include <cerrno>
#include <cmath>
#include <cstddef>
#include <string>
#include <system_error>
#include <xlocale.h>

#include "backends/platform/decimal_text.hpp"

namespace corral::platform {

std::from_chars_result read_double(const char* first, const char* last, double& value) {
  // Like from_chars: no plus sign in front, which strtod allows.
  if (first == last || *first == '+') return {first, std::errc::invalid_argument};
  const std::string text(first, last);
  char* end = nullptr;
  errno = 0;
  const double number = ::strtod_l(text.c_str(), &end, nullptr);
  const char* const stop = first + (end - text.c_str());
  if (stop == first) return {first, std::errc::invalid_argument};
  // A subnormal number may be ERANGE as well, but is a number.
  if (errno == ERANGE && (number == 0 || std::isinf(number))) return {stop, std::errc::result_out_of_range};
  value = number;
  return {stop, std::errc()};
}

}  // namespace corral::platform

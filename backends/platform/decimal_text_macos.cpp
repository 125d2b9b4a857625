#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <xlocale.h>

#include "backends/platform/decimal_text.hpp"

namespace corral::platform {

namespace {

bool is_of_numbers(char c) {
  return std::string_view("0123456789.eE+-").find(c) != std::string_view::npos;
}

}  // namespace

std::from_chars_result read_number(const char* first, const char* last, double& value) {
  const std::string text(first, std::find_if_not(first, last, is_of_numbers));
  // from_chars takes no plus sign in front, strtod does.
  if (text.starts_with('+')) return {first, std::errc::invalid_argument};
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

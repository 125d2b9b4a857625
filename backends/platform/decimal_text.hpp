#pragma once

#include <charconv>
#include <concepts>

namespace corral::platform {

/// std::from_chars of a double, in the format `general`; libc++ 16, which programs for macOS are built with,
/// has none. There, strtod_l reads what consists of a number's characters, in the C locale; "inf" and "nan",
/// which Linux reads, are no numbers then.
std::from_chars_result read_number(const char* first, const char* last, double& value);

/// The same for integers, which std::from_chars reads on all systems.
template <std::integral Number>
std::from_chars_result read_number(const char* first, const char* last, Number& value) {
  return std::from_chars(first, last, value);
}

}  // namespace corral::platform

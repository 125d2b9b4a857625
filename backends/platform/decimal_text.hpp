#pragma once

#include <charconv>

namespace corral::platform {

/// std::from_chars of a double, in the format `general`; libc++ 16, which programs for macOS are built with,
/// has none. There, strtod_l reads it, in the C locale. Only for text that is a number in JSON's characters
/// (digits, '.', 'e', 'E', '+', '-').
std::from_chars_result read_double(const char* first, const char* last, double& value);

}  // namespace corral::platform

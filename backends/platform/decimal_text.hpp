#pragma once

#include <charconv>

namespace corral::platform {

/// std::from_chars of a double, in the format `general`; libc++ 16, which programs for macOS are built with,
/// has none. There, strtod_l reads what consists of a number's characters, in the C locale; "inf" and "nan",
/// which Linux reads, are no numbers then.
std::from_chars_result read_double(const char* first, const char* last, double& value);

}  // namespace corral::platform

#pragma once

#include <string_view>

#include "backends/bytes/unix_time.hpp"

namespace corral {

/// Parses a duration: "90s", "30m", "12h", "7d", "2w", in milliseconds. Throws usage, naming `flag`.
UnixMillis parse_duration(std::string_view text, std::string_view flag);

}  // namespace corral

#pragma once

#include <cstdint>

namespace corral {

/// Milliseconds since 1970-01-01T00:00:00Z, or a difference of two such times.
using UnixMillis = std::int64_t;

inline constexpr UnixMillis one_second = 1000;
inline constexpr UnixMillis one_day = UnixMillis{24} * 60 * 60 * one_second;

}  // namespace corral

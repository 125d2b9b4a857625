#pragma once

#include <cstdint>
#include <string>

#include "backends/bytes/unix_time.hpp"

namespace corral {

/// A time for display, in UTC: "2026-11-23 21:05:00".
std::string readable_time(UnixMillis time);

/// A time for JSON (RFC 3339, as JavaScript's toISOString): "2026-11-23T21:05:00.250Z".
std::string iso_time(UnixMillis time);

/// A size for display: "512 B", "1.5 KiB", "25 MiB".
std::string readable_size(std::uint64_t bytes);

}  // namespace corral

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backends/bytes/unix_time.hpp"
#include "backends/clock.hpp"

namespace corral::cloudflare {

/// "2026-11-28T10:33:00.196Z", as JavaScript's toISOString writes a moment.
std::string iso_time(UnixMillis moment);

/// Reads that, with or without the milliseconds; nullopt for anything else.
std::optional<UnixMillis> parse_iso_time(std::string_view text);

}  // namespace corral::cloudflare

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backends/bytes/unix_time.hpp"

namespace corral::http {

/// "Thu, 01 Jan 2032 00:00:00 GMT" (RFC 9110, section 5.6.7); the milliseconds are dropped.
std::string http_date(UnixMillis moment);

/// Reads that; nullopt for anything else.
std::optional<UnixMillis> parse_http_date(std::string_view text);

}  // namespace corral::http

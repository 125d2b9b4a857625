#pragma once

#include <optional>
#include <string_view>

#include "backends/bytes/unix_time.hpp"

namespace corral::r2 {

/// Parses a time: ISO 8601 ("2030-01-31", "2030-01-31T12:00:00.5Z", with "+02:00", or a space for the T; UTC
/// if no zone is given) or an HTTP date ("Thu, 31 Jan 2030 12:00:00 GMT"). nullopt for anything else,
/// including nonexistent dates.
std::optional<UnixMillis> moment_of(std::string_view text);

/// Like moment_of, but throws usage, naming `flag`.
UnixMillis parse_moment(std::string_view text, std::string_view flag);

}  // namespace corral::r2

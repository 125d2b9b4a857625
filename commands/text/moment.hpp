#pragma once

#include <optional>
#include <string_view>

#include "backends/kv_store.hpp"

namespace corral::r2 {

/// A moment as people and HTTP write it: ISO 8601 ("2030-01-31", "2030-01-31T12:00:00.5Z", with "+02:00", a
/// space for the T; UTC if no zone is given) or an HTTP date ("Thu, 31 Jan 2030 12:00:00 GMT"). nullopt for
/// anything else, dates that do not exist included.
std::optional<UnixMillis> moment_of(std::string_view text);

/// The same, throwing usage that names `flag`.
UnixMillis parse_moment(std::string_view text, std::string_view flag);

}  // namespace corral::r2

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/object_store.hpp"

namespace corral::serve {

/// The value of a Range header with one range of bytes: "bytes=0-99", "bytes=100-" or "bytes=-5". nullopt for
/// another unit, several ranges or a malformed value: the whole object is sent then (RFC 9110, section 14.2).
std::optional<ObjectRange> parse_range(std::string_view value);

/// The etags of If-Match or If-None-Match, without quotes and the marks of weak ones (RFC 9110, section
/// 13.1). "*" stays as it is.
std::vector<std::string> parse_etags(std::string_view value);

}  // namespace corral::serve

#pragma once

#include <string>
#include <string_view>

namespace corral {

/// Whether a shell-like pattern matches all of `text`: `*` matches any run of bytes ('/' and ':' included),
/// `?` one character, `[a-z]` and `[!a-z]` one of a set; `\` escapes the next character. Worst case O(pattern
/// × text).
bool glob_matches(std::string_view pattern, std::string_view text);

/// The literal prefix that all matches share: "user:" for "user:*". Listings need to scan only that range.
std::string glob_prefix(std::string_view pattern);

}  // namespace corral

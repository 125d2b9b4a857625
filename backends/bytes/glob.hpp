#pragma once

#include <string>
#include <string_view>

namespace corral {

/// Whether `text` matches a shell-like pattern as a whole: `*` any run of bytes ('/' and ':' included), `?`
/// one character, `[a-z]` and `[!a-z]` one of a set, `\` takes the next character literally. Takes time
/// proportional to the product of the lengths at worst.
bool glob_matches(std::string_view pattern, std::string_view text);

/// The literal beginning that every match shares: "user:" of "user:*". Lists need to look at this range only.
std::string glob_prefix(std::string_view pattern);

}  // namespace corral

#pragma once

#include <string>
#include <string_view>

namespace corral {

/// Reverses `hex` (hashing.hpp), which must have made the text.
std::string bytes_of_hex(std::string_view digits);

}  // namespace corral

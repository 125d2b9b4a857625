#pragma once

#include <string>
#include <string_view>

namespace corral {

/// Text as a terminal can show it: line breaks and tabs as they are, other control characters escaped.
std::string terminal_text(std::string_view text);

}  // namespace corral

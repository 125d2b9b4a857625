#pragma once

#include <string_view>

#include "cli/config/config_value.hpp"

namespace corral::config {

/// Parses TOML 1.0 with toml++. Throws invalid_input with file, line, column and the line shown; also for
/// keys of more than max_depth parts and nesting beyond max_depth, which are rejected before toml++ sees
/// them: it recurses, and a key of half a million parts would overflow the stack. `text` must be valid UTF-8.
Value parse_toml(std::string_view text, std::string_view file);

}  // namespace corral::config

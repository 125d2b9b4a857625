#pragma once

#include <string_view>

#include "cli/config/config_value.hpp"

namespace corral::config {

/// Reads JSON with comments (`//`, `/* */`) and trailing commas, as wrangler.json and wrangler.jsonc have it,
/// a byte order mark allowed. Of a repeated name the last value counts. Throws invalid_input with file, line,
/// column and the line shown; also for nesting beyond max_depth. `text` must be valid UTF-8.
Value parse_jsonc(std::string_view text, std::string_view file);

}  // namespace corral::config

#pragma once

#include <string_view>

#include "cli/config/config_value.hpp"

namespace corral::config {

/// Parses JSON with comments (`//`, `/* */`) and trailing commas, as in wrangler.json and wrangler.jsonc; a
/// byte order mark is allowed. The last of several members with the same name counts. Throws invalid_input
/// with file, line, column and the line shown; also for nesting beyond max_depth. `text` must be valid UTF-8.
Value parse_jsonc(std::string_view text, std::string_view file);

}  // namespace corral::config

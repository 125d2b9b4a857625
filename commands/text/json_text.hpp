#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "commands/text/json.hpp"

namespace corral {

/// A string as a JSON string literal with its quotes. Non-ASCII characters are kept; invalid UTF-8 becomes
/// U+FFFD.
std::string json_string(std::string_view text);
void append_json_string(std::string& json, std::string_view text);

/// Appends an integer as JavaScript prints it after conversion to a double: 9007199254740993 becomes
/// 9007199254740992.
void append_javascript_integer(std::string& json, std::int64_t number);

/// JSON text as JSON.stringify writes it: on several lines if `indent` > 0, starting at nesting level
/// `depth`; compact if 0. Numbers by javascript_number, so integers beyond 2^53 are rounded as a Worker sees
/// them.
std::string json_text(const Json& value, int indent, int depth = 0);

}  // namespace corral

#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace corral {

// Called instead of nlohmann's parse() and dump(), which add a second to the compilation of each file.

/// Reads JSON. A text that is not JSON gives a discarded value, which is not an object and throws when asked
/// for a member.
nlohmann::ordered_json read_json(std::string_view text);

struct JsonStyle {
  int indent = -1;                    ///< spaces a level; -1: everything on one line, without spaces
  bool replace_invalid_utf8 = false;  ///< writes U+FFFD instead of throwing nlohmann's type_error
};
std::string write_json(const nlohmann::ordered_json& json, JsonStyle style = {});
/// The same, members sorted by name.
std::string write_json(const nlohmann::json& json, JsonStyle style = {});

}  // namespace corral

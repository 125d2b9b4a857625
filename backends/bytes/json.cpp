#include "backends/bytes/json.hpp"

namespace corral {
namespace {

template <typename Json>
std::string write(const Json& json, JsonStyle style) {
  using Invalid = typename Json::error_handler_t;
  return json.dump(style.indent, ' ', false, style.replace_invalid_utf8 ? Invalid::replace : Invalid::strict);
}

}  // namespace

nlohmann::ordered_json read_json(std::string_view text) {
  return nlohmann::ordered_json::parse(text, nullptr, false);
}

std::string write_json(const nlohmann::ordered_json& json, JsonStyle style) {
  return write(json, style);
}

std::string write_json(const nlohmann::json& json, JsonStyle style) {
  return write(json, style);
}

}  // namespace corral

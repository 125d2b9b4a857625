#include "commands/json_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/error.hpp"
#include "backends/javascript_number.hpp"
#include "backends/text.hpp"

namespace corral {

namespace {

void append(std::string& text, const nlohmann::ordered_json& value, int indent, int depth) {
  const auto line_break = [&](int level) {
    if (indent == 0) return;
    text += '\n';
    text.append(static_cast<std::size_t>(indent) * static_cast<std::size_t>(level), ' ');
  };
  switch (value.type()) {
    case nlohmann::ordered_json::value_t::object: {
      text += '{';
      bool first = true;
      for (const auto& [name, member] : value.items()) {
        if (!first) text += ',';
        first = false;
        line_break(depth + 1);
        text += json_string(name);
        text += indent == 0 ? ":" : ": ";
        append(text, member, indent, depth + 1);
      }
      if (!first) line_break(depth);
      text += '}';
      break;
    }
    case nlohmann::ordered_json::value_t::array: {
      text += '[';
      bool first = true;
      for (const auto& element : value) {
        if (!first) text += ',';
        first = false;
        line_break(depth + 1);
        append(text, element, indent, depth + 1);
      }
      if (!first) line_break(depth);
      text += ']';
      break;
    }
    case nlohmann::ordered_json::value_t::string:
      text += json_string(value.get_ref<const std::string&>());
      break;
    case nlohmann::ordered_json::value_t::number_integer:
    case nlohmann::ordered_json::value_t::number_unsigned:
    case nlohmann::ordered_json::value_t::number_float: text += javascript_number(value.get<double>()); break;
    default: text += value.dump(); break;
  }
}

}  // namespace

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string json_text(const nlohmann::ordered_json& value, int indent, int depth) {
  std::string text;
  append(text, value, indent, depth);
  return text;
}

nlohmann::ordered_json parse_json(std::string_view text, std::string_view what) {
  try {
    return nlohmann::ordered_json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    // The library's text is "[json.exception.parse_error.101] parse error at line 1, column 2: ..."
    std::string_view words = error.what();
    if (const auto start = words.find("parse error at "); start != std::string_view::npos) {
      words.remove_prefix(start + std::string_view("parse error at ").size());
    }
    throw Error(ErrorKind::invalid_input, fmt::format("{} is not valid JSON: {}", what, shown(words)));
  }
}

}  // namespace corral

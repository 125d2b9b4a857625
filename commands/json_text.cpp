#include "commands/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

#include "backends/javascript_number.hpp"

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

void append_json_string(std::string& json, std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(),
                                 [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
  if (plain) {
    json.append(1, '"').append(text).append(1, '"');
  } else {
    json += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
}

std::string json_string(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

void append_javascript_integer(std::string& json, std::int64_t number) {
  constexpr std::int64_t exact = std::int64_t{1} << 53U;
  if (number < -exact || number > exact) {
    json += javascript_number(static_cast<double>(number));
    return;
  }
  std::array<char, 24> digits{};
  json.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

std::string json_text(const nlohmann::ordered_json& value, int indent, int depth) {
  std::string text;
  append(text, value, indent, depth);
  return text;
}

}  // namespace corral

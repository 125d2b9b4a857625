#include "commands/json_text.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/error.hpp"
#include "backends/text.hpp"

namespace corral {

namespace {

struct Decimal {
  std::string digits;  ///< significant digits without leading or trailing zeros
  int point = 0;       ///< the value is 0.DIGITS times ten to this power
};

Decimal shortest_decimal(double magnitude) {
  std::array<char, 32> buffer{};
  const char* const end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), magnitude, std::chars_format::scientific)
          .ptr;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t exponent_at = text.find('e');
  Decimal decimal;
  for (const char c : text.substr(0, exponent_at)) {
    if (c != '.') decimal.digits += c;
  }
  std::string_view exponent = text.substr(exponent_at + 1);
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), decimal.point);
  ++decimal.point;
  return decimal;
}

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

std::string javascript_number(double number) {
  if (!std::isfinite(number)) return "null";
  if (number == 0) return "0";
  const Decimal decimal = shortest_decimal(std::fabs(number));
  const int count = static_cast<int>(decimal.digits.size());
  const int point = decimal.point;
  std::string text = number < 0 ? "-" : "";
  if (point > 21 || point < -5) {
    text += decimal.digits[0];
    if (count > 1) text.append(".").append(decimal.digits, 1);
    text += fmt::format("e{:+}", point - 1);
  } else if (point <= 0) {
    text.append("0.").append(static_cast<std::size_t>(-point), '0').append(decimal.digits);
  } else if (count <= point) {
    text.append(decimal.digits).append(static_cast<std::size_t>(point - count), '0');
  } else {
    text.append(decimal.digits, 0, static_cast<std::size_t>(point)).append(".");
    text.append(decimal.digits, static_cast<std::size_t>(point));
  }
  return text;
}

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

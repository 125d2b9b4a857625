#include "backends/bytes/javascript_number.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace corral {

namespace {

struct Decimal {
  std::string digits;  ///< significant digits without leading or trailing zeros
  int point = 0;       ///< the value is 0.DIGITS × 10^point
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

}  // namespace corral

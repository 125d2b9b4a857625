#include "commands/durable_objects/extended_json/view_elements.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/javascript_number.hpp"
#include "backends/v8/document.hpp"

namespace corral::durable_objects {

namespace {

constexpr std::array<std::pair<char, std::string_view>, 13> kinds = {{{'b', "Int8Array"},
                                                                      {'B', "Uint8Array"},
                                                                      {'C', "Uint8ClampedArray"},
                                                                      {'w', "Int16Array"},
                                                                      {'W', "Uint16Array"},
                                                                      {'d', "Int32Array"},
                                                                      {'D', "Uint32Array"},
                                                                      {'h', "Float16Array"},
                                                                      {'f', "Float32Array"},
                                                                      {'F', "Float64Array"},
                                                                      {'q', "BigInt64Array"},
                                                                      {'Q', "BigUint64Array"},
                                                                      {'?', "DataView"}}};

constexpr std::uint64_t usual_nan = 0x7FF8'0000'0000'0000;

template <typename Number>
Number number_in(std::string_view bytes) {
  Number number{};
  std::memcpy(&number, bytes.data(), sizeof(Number));
  return number;
}

template <typename Number>
void append_bytes(std::string& bytes, Number number) {
  std::array<char, sizeof(Number)> raw{};
  std::memcpy(raw.data(), &number, sizeof(Number));
  bytes.append(raw.data(), raw.size());
}

template <typename Number>
bool append_integer(std::string& bytes, std::int64_t number) {
  if (number < std::int64_t{std::numeric_limits<Number>::min()} ||
      number > std::int64_t{std::numeric_limits<Number>::max()})
    return false;
  append_bytes(bytes, static_cast<Number>(number));
  return true;
}

template <typename Number>
bool append_digits(std::string& bytes, std::string_view digits) {
  Number number{};
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (failure != std::errc() || end != digits.data() + digits.size()) return false;
  append_bytes(bytes, number);
  return true;
}

std::optional<std::string> float_text(double number) {
  const auto bits = std::bit_cast<std::uint64_t>(number);
  if (std::isnan(number) && bits != usual_nan) return std::nullopt;
  return std::isfinite(number) && !(number == 0 && std::signbit(number)) ? javascript_number(number)
                                                                         : number_text(bits);
}

}  // namespace

static_assert(std::endian::native == std::endian::little, "V8 writes the bytes of its machine");

std::string_view name_of_view(std::uint8_t kind) noexcept {
  for (const auto& [letter, name] : kinds) {
    if (static_cast<std::uint8_t>(letter) == kind) return name;
  }
  return {};
}

std::uint8_t view_of_name(std::string_view name) noexcept {
  for (const auto& [letter, known] : kinds) {
    if (known == name) return static_cast<std::uint8_t>(letter);
  }
  return 0;
}

bool shows_elements(std::uint8_t kind) noexcept {
  return v8::element_bytes(kind) > 1 && kind != 'h';
}

std::optional<std::string> element_text(std::uint8_t kind, std::string_view bytes) {
  switch (kind) {
    case 'w': return fmt::format("{}", number_in<std::int16_t>(bytes));
    case 'W': return fmt::format("{}", number_in<std::uint16_t>(bytes));
    case 'd': return fmt::format("{}", number_in<std::int32_t>(bytes));
    case 'D': return fmt::format("{}", number_in<std::uint32_t>(bytes));
    case 'q': return fmt::format("\"{}\"", number_in<std::int64_t>(bytes));
    case 'Q': return fmt::format("\"{}\"", number_in<std::uint64_t>(bytes));
    case 'f': {
      const auto number = number_in<float>(bytes);
      constexpr std::uint32_t usual_float_nan = 0x7FC0'0000;
      if (std::isnan(number) && std::bit_cast<std::uint32_t>(number) != usual_float_nan) return std::nullopt;
      return float_text(std::isnan(number) ? std::bit_cast<double>(usual_nan) : static_cast<double>(number));
    }
    case 'F': return float_text(number_in<double>(bytes));
    default: return std::nullopt;
  }
}

bool append_element(std::string& bytes, std::uint8_t kind, std::int64_t number) {
  switch (kind) {
    case 'b': return append_integer<std::int8_t>(bytes, number);
    case 'B':
    case 'C': return append_integer<std::uint8_t>(bytes, number);
    case 'w': return append_integer<std::int16_t>(bytes, number);
    case 'W': return append_integer<std::uint16_t>(bytes, number);
    case 'd': return append_integer<std::int32_t>(bytes, number);
    case 'D': return append_integer<std::uint32_t>(bytes, number);
    case 'q': append_bytes(bytes, number); return true;
    case 'Q': append_bytes(bytes, static_cast<std::uint64_t>(number)); return number >= 0;
    default: return append_element(bytes, kind, static_cast<double>(number));
  }
}

bool append_element(std::string& bytes, std::uint8_t kind, double number) {
  if (kind == 'f') {
    append_bytes(bytes, static_cast<float>(number));
    return true;
  }
  if (kind == 'F') {
    append_bytes(bytes, number);
    return true;
  }
  constexpr double most = 9e15;
  const bool is_integer = shows_elements(kind) || v8::element_bytes(kind) == 1;
  return is_integer && kind != '?' && std::fabs(number) <= most && number == std::floor(number) &&
         append_element(bytes, kind, static_cast<std::int64_t>(number));
}

bool append_element(std::string& bytes, std::uint8_t kind, std::string_view digits) {
  if (kind == 'q') return append_digits<std::int64_t>(bytes, digits);
  return kind == 'Q' && append_digits<std::uint64_t>(bytes, digits);
}

bool is_short_integer(std::int64_t number) noexcept {
  constexpr std::int64_t limit = std::int64_t{1} << 30U;
  return number >= -limit && number < limit;
}

std::string number_text(std::uint64_t bits) {
  const auto number = std::bit_cast<double>(bits);
  if (std::isnan(number))
    return bits == usual_nan ? R"({"$number":"NaN"})" : fmt::format(R"({{"$number":"nan:{:016x}"}})", bits);
  if (std::isinf(number)) return number > 0 ? R"({"$number":"Infinity"})" : R"({"$number":"-Infinity"})";
  if (number == 0 && std::signbit(number)) return R"({"$number":"-0"})";
  std::string text = javascript_number(number);
  // The decimal point distinguishes it from a whole number in V8's short form.
  constexpr double beyond_short = 1.1e9;
  if (std::fabs(number) < beyond_short && number == std::floor(number) &&
      is_short_integer(static_cast<std::int64_t>(number)))
    text += ".0";
  return text;
}

std::optional<std::uint64_t> bits_of_number_text(std::string_view text) {
  constexpr std::string_view nan_prefix = "nan:";
  constexpr std::size_t digits = 16;
  if (text == "NaN") return usual_nan;
  if (text == "Infinity") return std::bit_cast<std::uint64_t>(std::numeric_limits<double>::infinity());
  if (text == "-Infinity") return std::bit_cast<std::uint64_t>(-std::numeric_limits<double>::infinity());
  if (text == "-0") return std::bit_cast<std::uint64_t>(-0.0);
  if (!text.starts_with(nan_prefix) || text.size() != nan_prefix.size() + digits) return std::nullopt;
  std::uint64_t bits = 0;
  const char* const end = text.data() + text.size();
  if (std::from_chars(text.data() + nan_prefix.size(), end, bits, 16).ptr != end) return std::nullopt;
  return std::isnan(std::bit_cast<double>(bits)) ? std::optional(bits) : std::nullopt;
}

}  // namespace corral::durable_objects

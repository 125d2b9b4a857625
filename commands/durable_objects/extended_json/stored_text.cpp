#include "commands/durable_objects/extended_json/stored_text.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "backends/error.hpp"

namespace corral::durable_objects {

namespace {

constexpr unsigned first_high = 0xD800;
constexpr unsigned first_low = 0xDC00;
constexpr unsigned behind_low = 0xE000;
constexpr unsigned first_of_two_units = 0x10000;

void append_utf8(std::string& text, unsigned code) {
  const auto put = [&](unsigned byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | code >> 6U);
    put(0x80U | (code & 0x3FU));
  } else if (code < first_of_two_units) {
    put(0xE0U | code >> 12U);
    put(0x80U | (code >> 6U & 0x3FU));
    put(0x80U | (code & 0x3FU));
  } else {
    put(0xF0U | code >> 18U);
    put(0x80U | (code >> 12U & 0x3FU));
    put(0x80U | (code >> 6U & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
}

unsigned unit_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]) |
         static_cast<unsigned>(static_cast<unsigned char>(bytes[at + 1])) << 8U;
}

constexpr unsigned half = 0xFFFF'FFFF;

/// Decodes one character of UTF-16LE and advances `at`; `half` for an unpaired surrogate.
unsigned next_character(std::string_view bytes, std::size_t& at) {
  const unsigned unit = unit_at(bytes, at);
  at += 2;
  if (unit < first_high || unit >= behind_low) return unit;
  if (unit >= first_low || at >= bytes.size()) return half;
  const unsigned low = unit_at(bytes, at);
  if (low < first_low || low >= behind_low) return half;
  at += 2;
  return first_of_two_units + ((unit - first_high) << 10U) + (low - first_low);
}

/// Decodes one character of well-formed UTF-8 and advances `at`.
unsigned next_of_utf8(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  const unsigned more = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  unsigned code = lead & (0x3FU >> more);
  for (unsigned i = 0; i < more && at < text.size(); ++i)
    code = code << 6U | (static_cast<unsigned char>(text[at++]) & 0x3FU);
  return code;
}

void append_unit(std::string& bytes, unsigned unit) {
  bytes += static_cast<char>(unit);
  bytes += static_cast<char>(unit >> 8U);
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

void store_bytes(v8::Document& document, v8::Node& node, std::string_view bytes) {
  if (document.bytes.size() + bytes.size() > v8::max_bytes)
    throw Error(ErrorKind::limit, "the value is longer than 2 GiB");
  node.extra = static_cast<std::uint32_t>(bytes.size());
  node.bits = document.bytes.size();
  document.bytes += bytes;
}

std::string utf8_of(const v8::Document& document, const v8::Node& node) {
  const std::string_view bytes = document.bytes_of(node);
  if (node.detail == 0 && is_ascii(bytes)) return std::string(bytes);
  std::string text;
  if (node.detail == 0) {
    for (const char c : bytes) append_utf8(text, static_cast<unsigned char>(c));
    return text;
  }
  for (std::size_t at = 0; at < bytes.size();) {
    const unsigned code = next_character(bytes, at);
    append_utf8(text, code == half ? 0xFFFD : code);
  }
  return text;
}

TextForm form_of(const v8::Document& document, const v8::Node& node) {
  if (node.detail == 0) return TextForm::plain;
  const std::string_view bytes = document.bytes_of(node);
  bool needs_two = false;
  for (std::size_t at = 0; at < bytes.size();) {
    const unsigned code = next_character(bytes, at);
    if (code == half) return TextForm::half_characters;
    needs_two = needs_two || code > 0xFF;
  }
  return needs_two ? TextForm::plain : TextForm::needless_two;
}

void store_text(v8::Document& document, v8::Node& node, std::string_view utf8, bool two_bytes) {
  node.detail = 0;
  if (!two_bytes && is_ascii(utf8)) {
    store_bytes(document, node, utf8);
    return;
  }
  std::string bytes;
  if (!two_bytes) {
    bool fits = true;
    for (std::size_t at = 0; fits && at < utf8.size();) {
      const unsigned code = next_of_utf8(utf8, at);
      fits = code <= 0xFF;
      bytes += static_cast<char>(code);
    }
    if (fits) {
      store_bytes(document, node, bytes);
      return;
    }
    bytes.clear();
  }
  for (std::size_t at = 0; at < utf8.size();) {
    const unsigned code = next_of_utf8(utf8, at);
    if (code < first_of_two_units) {
      append_unit(bytes, code);
    } else {
      append_unit(bytes, first_high + ((code - first_of_two_units) >> 10U));
      append_unit(bytes, first_low + ((code - first_of_two_units) & 0x3FFU));
    }
  }
  node.detail = 1;
  store_bytes(document, node, bytes);
}

std::string units_of(const v8::Document& document, const v8::Node& node) {
  const std::string_view bytes = document.bytes_of(node);
  std::string digits;
  for (std::size_t at = 0; at < bytes.size(); at += 2) digits += fmt::format("{:04x}", unit_at(bytes, at));
  return digits;
}

bool store_units(v8::Document& document, v8::Node& node, std::string_view digits) {
  constexpr std::size_t unit_digits = 4;
  if (digits.size() % unit_digits != 0) return false;
  std::string bytes;
  for (std::size_t at = 0; at < digits.size(); at += unit_digits) {
    unsigned unit = 0;
    const char* const end = digits.data() + at + unit_digits;
    if (std::from_chars(digits.data() + at, end, unit, 16).ptr != end) return false;
    append_unit(bytes, unit);
  }
  node.detail = 1;
  store_bytes(document, node, bytes);
  return true;
}

namespace {

constexpr std::size_t max_decimal_bytes = 4096;
constexpr std::size_t max_decimal_digits = 10'000;
constexpr std::size_t limb_digits = 9;
constexpr std::uint64_t limb_base = 1'000'000'000;

std::string hexadecimal(std::string_view little_endian) {
  std::string digits;
  for (std::size_t i = little_endian.size(); i > 0; --i)
    digits += fmt::format("{:02x}", static_cast<unsigned char>(little_endian[i - 1]));
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return "0x" + digits;
}

std::string decimal(std::string_view little_endian) {
  std::vector<std::uint32_t> limbs;  // base 10^9, least significant first
  for (std::size_t i = little_endian.size(); i > 0; --i) {
    std::uint64_t carry = static_cast<unsigned char>(little_endian[i - 1]);
    for (std::uint32_t& limb : limbs) {
      carry += std::uint64_t{limb} << 8U;
      limb = static_cast<std::uint32_t>(carry % limb_base);
      carry /= limb_base;
    }
    if (carry != 0) limbs.push_back(static_cast<std::uint32_t>(carry));
  }
  if (limbs.empty()) return "0";
  std::string text = std::to_string(limbs.back());
  for (std::size_t i = limbs.size() - 1; i > 0; --i) text += fmt::format("{:09}", limbs[i - 1]);
  return text;
}

std::optional<std::string> bytes_of_decimal(std::string_view digits) {
  if (digits.empty() || digits.size() > max_decimal_digits) return std::nullopt;
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  std::string bytes;  // little-endian
  while (!digits.empty()) {
    const std::string_view part = digits.substr(0, std::min(digits.size(), limb_digits));
    digits.remove_prefix(part.size());
    std::uint64_t carry = 0;
    std::from_chars(part.data(), part.data() + part.size(), carry);
    std::uint64_t factor = 1;
    for (std::size_t i = 0; i < part.size(); ++i) factor *= 10;
    for (char& byte : bytes) {
      carry += static_cast<unsigned char>(byte) * factor;
      byte = static_cast<char>(carry);
      carry >>= 8U;
    }
    for (; carry != 0; carry >>= 8U) bytes += static_cast<char>(carry);
  }
  return bytes;
}

std::optional<std::string> bytes_of_hexadecimal(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  std::string bytes;
  while (!digits.empty()) {
    const std::string_view part = digits.substr(digits.size() - std::min<std::size_t>(digits.size(), 2));
    digits.remove_suffix(part.size());
    unsigned byte = 0;
    const char* const end = part.data() + part.size();
    if (std::from_chars(part.data(), end, byte, 16).ptr != end) return std::nullopt;
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

}  // namespace

std::string bigint_text(const v8::Document& document, const v8::Node& node) {
  const std::string_view bytes = document.bytes_of(node);
  const std::string digits = bytes.size() > max_decimal_bytes ? hexadecimal(bytes) : decimal(bytes);
  return (node.detail == 1 ? "-" : "") + digits;
}

bool store_bigint(v8::Document& document, v8::Node& node, std::string_view text) {
  constexpr std::size_t digit_bytes = 8;
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  std::optional<std::string> bytes =
      text.starts_with("0x") ? bytes_of_hexadecimal(text.substr(2)) : bytes_of_decimal(text);
  if (!bytes) return false;
  bytes->resize(bytes->find_last_not_of('\0') + 1);
  while (bytes->size() % digit_bytes != 0) *bytes += '\0';
  node.detail = negative && !bytes->empty() ? 1 : 0;
  store_bytes(document, node, *bytes);
  return true;
}

}  // namespace corral::durable_objects

#include "backends/bytes/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include <fmt/format.h>

namespace corral {

namespace {

/// The length of the well-formed UTF-8 sequence at the start of `bytes`; 0 if there is none.
std::size_t sequence_length(std::string_view bytes) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const auto continues = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < bytes.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

/// The code point if the character is DEL, a C1 control or a bidirectional control (one that embeds,
/// overrides or isolates, so that text is displayed in another order than it is stored in); otherwise 0.
unsigned code_to_escape(std::string_view character) {
  const auto byte = [&](std::size_t i) { return unsigned{static_cast<unsigned char>(character[i])}; };
  if (character == "\x7F") return 0x7F;
  if (character.size() == 2 && byte(0) == 0xC2 && byte(1) < 0xA0) return byte(1);
  if (character.size() != 3 || byte(0) != 0xE2) return 0;
  const unsigned code = 0x2000U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
  return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ? code : 0;
}

void append_control(std::string& text, unsigned char byte) {
  switch (byte) {
    case '\n': text += "\\n"; break;
    case '\r': text += "\\r"; break;
    case '\t': text += "\\t"; break;
    default: fmt::format_to(std::back_inserter(text), "\\x{:02x}", byte);
  }
}

}  // namespace

std::size_t valid_utf8_bytes(std::string_view bytes) noexcept {
  std::size_t valid = 0;
  while (valid < bytes.size()) {
    // Most text is ASCII: check eight bytes at a time.
    std::uint64_t eight = 0;
    if (valid + sizeof eight <= bytes.size()) {
      std::memcpy(&eight, bytes.data() + valid, sizeof eight);
      if ((eight & 0x8080'8080'8080'8080U) == 0) {
        valid += sizeof eight;
        continue;
      }
    }
    const std::size_t length = sequence_length(bytes.substr(valid));
    if (length == 0) break;
    valid += length;
  }
  return valid;
}

bool is_utf8(std::string_view bytes) noexcept {
  return valid_utf8_bytes(bytes) == bytes.size();
}

std::string ascii_lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

std::string shown(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const auto lead = static_cast<unsigned char>(text[0]);
    if (length == 0) {
      fmt::format_to(std::back_inserter(result), "\\x{:02x}", lead);
    } else if (length == 1 && lead < 0x20) {
      append_control(result, lead);
    } else if (length == 1 && lead == '\\') {
      result += "\\\\";
    } else if (const unsigned code = code_to_escape(text.substr(0, length)); code != 0) {
      fmt::format_to(std::back_inserter(result), "\\u{:04x}", code);
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

std::string_view first_characters(std::string_view text, std::size_t count) noexcept {
  std::size_t end = 0;
  while (count-- > 0 && end < text.size()) {
    const std::size_t length = sequence_length(text.substr(end));
    end += length == 0 ? 1 : length;
  }
  return text.substr(0, end);
}

std::optional<std::string> end_of_prefix(std::string_view prefix) {
  while (!prefix.empty() && prefix.back() == '\xFF') prefix.remove_suffix(1);
  if (prefix.empty()) return std::nullopt;
  std::string end(prefix);
  end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

}  // namespace corral

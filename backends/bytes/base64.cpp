#include "backends/bytes/base64.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace corral {

namespace {

constexpr std::string_view standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view for_urls = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode(std::string_view bytes, std::string_view alphabet, bool padded) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8U | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j <= count; ++j) text += alphabet[group >> (18 - 6 * j) & 0x3FU];
    if (padded) text.append(3 - count, '=');
  }
  return text;
}

constexpr std::array<signed char, 256> decoding_table() {
  std::array<signed char, 256> table{};
  table.fill(-1);
  for (std::size_t i = 0; i < 64; ++i) {
    table.at(static_cast<unsigned char>(standard[i])) = static_cast<signed char>(i);
    table.at(static_cast<unsigned char>(for_urls[i])) = static_cast<signed char>(i);
  }
  return table;
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
  return encode(bytes, standard, true);
}

std::string base64url_encode(std::string_view bytes) {
  return encode(bytes, for_urls, false);
}

std::optional<std::string> base64_decode(std::string_view text) {
  static constexpr auto table = decoding_table();
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t group = 0;
  unsigned bits = 0;
  bool padded = false;
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
    if (c == '=') {
      padded = true;
      continue;
    }
    const signed char digit = table[static_cast<unsigned char>(c)];
    if (digit < 0 || padded) return std::nullopt;
    group = group << 6U | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(group >> bits & 0xFFU);
    }
  }
  if (bits == 6) return std::nullopt;  // one leftover digit cannot hold a byte
  return bytes;
}

}  // namespace corral

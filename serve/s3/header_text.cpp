#include "serve/s3/header_text.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/utf8.hpp"
#include "backends/http/url.hpp"

namespace corral::serve::s3 {

namespace {

constexpr std::string_view word_begin = "=?UTF-8?";
constexpr std::string_view word_end = "?=";
constexpr unsigned char first_beyond_ascii = 0x80;

/// "=41=20b_c", where '_' is a space.
std::string decoded_q(std::string_view text) {
  std::string percent;
  for (const char c : text) {
    if (c == '=') {
      percent += '%';
    } else if (c == '_') {
      percent += ' ';
    } else {
      percent += c == '%' ? std::string("%25") : std::string(1, c);
    }
  }
  return http::percent_decode(percent);
}

/// The text of one encoded word at the beginning, which is then taken off; nullopt if absent.
std::optional<std::string> take_word(std::string_view& text) {
  if (ascii_lower(text.substr(0, word_begin.size())) != ascii_lower(word_begin)) return std::nullopt;
  std::string_view rest = text.substr(word_begin.size());
  if (rest.size() < 2 || rest[1] != '?') return std::nullopt;
  const char encoding = rest.front();
  rest.remove_prefix(2);
  const std::size_t end = rest.find(word_end);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view coded = rest.substr(0, end);
  std::optional<std::string> decoded;
  if (encoding == 'B' || encoding == 'b') decoded = base64_decode(coded);
  if (encoding == 'Q' || encoding == 'q') decoded = decoded_q(coded);
  if (!decoded || !is_utf8(*decoded)) return std::nullopt;
  text = rest.substr(end + word_end.size());
  return decoded;
}

std::string words_decoded(std::string_view text) {
  std::string all;
  bool after_word = false;
  while (!text.empty()) {
    // Blanks between two words only separate them.
    const std::size_t blanks = std::min(text.find_first_not_of(" \t"), text.size());
    std::string_view rest = text.substr(blanks);
    if (auto word = take_word(rest)) {
      if (!after_word) all += text.substr(0, blanks);
      all += *word;
      text = rest;
      after_word = true;
      continue;
    }
    const std::size_t count = std::max<std::size_t>(blanks, 1);
    all += text.substr(0, count);
    text.remove_prefix(count);
    after_word = false;
  }
  return all;
}

}  // namespace

std::string text_of_header(std::string_view value) {
  if (is_utf8(value))
    return value.find("=?") == std::string_view::npos ? std::string(value) : words_decoded(value);
  std::string text;
  for (const char c : value) append_utf8(text, static_cast<unsigned char>(c));
  return text;
}

std::string header_text(std::string_view utf8) {
  constexpr unsigned char latin_low = 0xC2;
  constexpr unsigned char latin_high = 0xC3;
  std::string latin;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte < first_beyond_ascii) {
      latin += utf8[i];
    } else if ((byte == latin_low || byte == latin_high) && i + 1 < utf8.size()) {
      ++i;
      latin += static_cast<char>((byte == latin_high ? 0x40 : 0) + static_cast<unsigned char>(utf8[i]));
    } else {
      return fmt::format("{}B?{}{}", word_begin, base64_encode(utf8), word_end);
    }
  }
  return latin;
}

bool is_header_name(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  });
}

}  // namespace corral::serve::s3

#include "backends/sql_text/token.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace corral::sql {

namespace {

constexpr bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/// Identifier characters: letters, digits, _ $ and every byte above 127.
constexpr bool is_identifier(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

constexpr auto identifier_table = [] {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = is_identifier(static_cast<char>(i));
  return table;
}();

template <typename Test>
std::size_t length_while(std::string_view text, std::size_t start, Test test) {
  while (start < text.size() && test(text[start])) ++start;
  return start;
}

std::size_t identifier_end(std::string_view text, std::size_t start) {
  return length_while(text, start, [](char c) { return identifier_table[static_cast<unsigned char>(c)]; });
}

/// A token that reaches the end of the available text may continue beyond it.
Token bounded(TokenKind kind, std::size_t length, std::string_view text, bool is_end) {
  return {kind, length < text.size() || is_end ? length : 0};
}

Token quoted(std::string_view text, char quote, bool is_end) {
  std::size_t at = 1;
  while (true) {
    at = text.find(quote, at);
    if (at == std::string_view::npos) return {TokenKind::quoted, is_end ? text.size() : 0};
    if (at + 1 == text.size()) return {TokenKind::quoted, is_end ? text.size() : 0};
    if (text[at + 1] != quote) return {TokenKind::quoted, at + 1};
    at += 2;
  }
}

Token until(std::string_view text, TokenKind kind, std::string_view end, std::size_t from, bool is_end) {
  const std::size_t at = text.find(end, from);
  if (at != std::string_view::npos) return {kind, at + end.size()};
  return {kind, is_end ? text.size() : 0};
}

/// :name, @name, $name, #1, also $name::more(anything but space).
Token variable(std::string_view text, bool is_end) {
  std::size_t at = 1;
  bool named = false;
  while (at < text.size()) {
    const char c = text[at];
    if (is_identifier(c)) {
      named = true;
      ++at;
    } else if (c == '(' && named) {
      at = length_while(text, at + 1, [](char x) { return !is_space(x) && x != ')' && x != '\0'; });
      if (at < text.size() && text[at] == ')') ++at;
      break;
    } else if (c == ':' && at + 1 < text.size() && text[at + 1] == ':') {
      at += 2;
    } else if (c == ':' && at + 1 == text.size() && !is_end) {
      return {TokenKind::variable, 0};
    } else {
      break;
    }
  }
  return bounded(TokenKind::variable, at, text, is_end);
}

}  // namespace

Token first_token(std::string_view text, bool is_end) noexcept {
  const char first = text.front();
  const auto second_is = [&](char c) { return text.size() > 1 && text[1] == c; };
  if (is_space(first)) return bounded(TokenKind::space, length_while(text, 1, is_space), text, is_end);
  switch (first) {
    case '\0': return {TokenKind::nul, 1};
    case ';': return {TokenKind::semicolon, 1};
    case '\'':
    case '"':
    case '`': return quoted(text, first, is_end);
    case '[': return until(text, TokenKind::quoted, "]", 1, is_end);
    case '-':
      if (second_is('-')) return until(text, TokenKind::space, "\n", 2, is_end);
      return bounded(TokenKind::other, 1, text, is_end);
    case '/':
      // "/*" at the very end is a division sign and a multiplication sign.
      if (second_is('*') && (text.size() > 2 || !is_end))
        return until(text, TokenKind::space, "*/", 2, is_end);
      return bounded(TokenKind::other, 1, text, is_end);
    case '?':
      return bounded(TokenKind::variable, length_while(text, 1, [](char c) { return c >= '0' && c <= '9'; }),
                     text, is_end);
    case '$':
    case '@':
    case '#':
    case ':': return variable(text, is_end);
    default: break;
  }
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) return {TokenKind::space, byte_order_mark.size()};
  if (!is_identifier(first)) return {TokenKind::other, 1};
  return bounded(TokenKind::word, identifier_end(text, 1), text, is_end);
}

bool is_keyword(std::string_view word, std::string_view keyword) noexcept {
  return word.size() == keyword.size() &&
         std::equal(word.begin(), word.end(), keyword.begin(), [](char a, char b) {
           return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
         });
}

}  // namespace corral::sql

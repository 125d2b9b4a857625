#include "backends/sql_text/literal.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "backends/bytes/javascript_number.hpp"
#include "backends/bytes/text.hpp"

namespace corral::sql {

namespace {

void append_doubled(std::string& sql, std::string_view text, char quote) {
  while (true) {
    const std::size_t at = text.find(quote);
    if (at == std::string_view::npos) break;
    sql.append(text.substr(0, at + 1)).append(1, quote);
    text.remove_prefix(at + 1);
  }
  sql.append(text);
}

std::string in_quotes(std::string_view text, char quote) {
  std::string sql(1, quote);
  append_doubled(sql, text, quote);
  return sql += quote;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// The placeholder for a line break: `usual`, or a variant that does not occur in the text.
std::string mark_for(std::string_view text, std::string_view usual) {
  std::string mark(usual);
  for (unsigned i = 0; text.find(mark) != std::string_view::npos; ++i) mark = fmt::format("{}({})", usual, i);
  return mark;
}

}  // namespace

std::string quoted_name(std::string_view name) {
  return in_quotes(name, '"');
}

std::string quoted_text(std::string_view text) {
  return in_quotes(text, '\'');
}

void append_text(std::string& sql, std::string_view text) {
  // SQL text can contain neither NUL bytes nor invalid UTF-8, but CAST can produce both.
  if (text.find('\0') != std::string_view::npos || !is_utf8(text)) {
    sql += "CAST(";
    append_blob(sql, text);
    sql += " AS TEXT)";
    return;
  }
  const bool has_newline = text.find('\n') != std::string_view::npos;
  const bool has_return = text.find('\r') != std::string_view::npos;
  if (!has_newline && !has_return) {
    sql += '\'';
    append_doubled(sql, text, '\'');
    sql += '\'';
    return;
  }
  std::string marked(text);
  std::string tail;
  if (has_return) {
    const std::string mark = mark_for(text, "\\r");
    marked = replaced(std::move(marked), "\r", mark);
    tail += fmt::format(",'{}',char(13))", mark);
    sql += "replace(";
  }
  if (has_newline) {
    const std::string mark = mark_for(text, "\\n");
    marked = replaced(std::move(marked), "\n", mark);
    tail += fmt::format(",'{}',char(10))", mark);
    sql += "replace(";
  }
  sql += '\'';
  append_doubled(sql, marked, '\'');
  sql += '\'';
  sql += tail;
}

void append_blob(std::string& sql, std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  sql += "X'";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    sql += digits[byte >> 4U];
    sql += digits[byte & 0xFU];
  }
  sql += '\'';
}

void append_real(std::string& sql, double number) {
  if (std::isnan(number)) {
    sql += "NULL";
  } else if (std::isinf(number)) {
    sql += number > 0 ? "9e999" : "-9e999";
  } else {
    if (number == 0 && std::signbit(number)) sql += '-';
    const std::string text = javascript_number(number);
    sql += text;
    if (text.find_first_of(".e") == std::string::npos) sql += ".0";
  }
}

void append_integer(std::string& sql, std::int64_t number) {
  std::array<char, 24> digits{};
  char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  sql.append(digits.data(), end);
}

}  // namespace corral::sql

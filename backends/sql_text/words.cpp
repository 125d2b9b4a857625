#include "backends/sql_text/words.hpp"

namespace corral::sql {

namespace {

/// Calls `visit` with each non-space token until it returns false.
template <typename Visit>
void for_each_word(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const Token token = first_token(text, true);
    if (token.kind != TokenKind::space && !visit(token.kind, text.substr(0, token.length))) return;
    text.remove_prefix(token.length);
  }
}

}  // namespace

std::vector<std::string_view> first_words(std::string_view statement, std::size_t count) {
  std::vector<std::string_view> words;
  if (count == 0) return words;
  for_each_word(statement, [&](TokenKind, std::string_view word) {
    words.push_back(word);
    return words.size() < count;
  });
  return words;
}

std::string unquoted(std::string_view name) {
  if (name.size() < 2) return std::string(name);
  const char open = name.front();
  if (open == '[') return std::string(name.substr(1, name.size() - (name.back() == ']' ? 2 : 1)));
  if (open != '"' && open != '\'' && open != '`') return std::string(name);
  std::string text;
  for (std::size_t i = 1; i < name.size(); ++i) {
    if (name[i] == open && (i + 1 == name.size() || name[++i] != open)) break;
    text += name[i];
  }
  return text;
}

std::string without_values(std::string_view statement) {
  std::string text;
  bool space = false;
  while (!statement.empty()) {
    const Token token = first_token(statement, true);
    std::string_view word = statement.substr(0, token.length);
    statement.remove_prefix(token.length);
    if (token.kind == TokenKind::space) {
      space = true;
      continue;
    }
    if (space && !text.empty()) text += ' ';
    space = false;
    const bool number = token.kind == TokenKind::word && word.front() >= '0' && word.front() <= '9';
    const bool string = token.kind == TokenKind::quoted && word.front() == '\'';
    if (number || string) {
      // 1.5 is tokenized as three tokens, x'00' as two.
      if (text.ends_with("?.") || text.ends_with(" x") || text.ends_with("(x") || text.ends_with(",x"))
        text.pop_back();
      if (text.ends_with('?') && number) continue;
      word = "?";
    }
    text += word;
  }
  return text;
}

bool only_reads(std::string_view statement) {
  const std::vector<std::string_view> words = first_words(statement, 1);
  if (words.empty()) return true;
  for (const char* const keyword : {"SELECT", "VALUES", "EXPLAIN", "PRAGMA"}) {
    if (is_keyword(words.front(), keyword)) return true;
  }
  if (!is_keyword(words.front(), "WITH")) return false;
  // The verb of a WITH statement is outside all parentheses, after its table expressions.
  int depth = 0;
  bool reads = true;
  for_each_word(statement, [&](TokenKind kind, std::string_view word) {
    if (word == "(") ++depth;
    if (word == ")") --depth;
    if (kind != TokenKind::word || depth > 0) return true;
    for (const char* const keyword : {"INSERT", "REPLACE", "UPDATE", "DELETE"}) {
      if (is_keyword(word, keyword)) reads = false;
    }
    return reads;
  });
  return reads;
}

}  // namespace corral::sql

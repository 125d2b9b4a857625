#include "backends/sqlite/d1_statement_checks.hpp"

#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

#include "backends/bytes/text.hpp"
#include "backends/sql_text/words.hpp"
#include "backends/sqlite/d1_allowed_names.hpp"

namespace corral::sqlite {

namespace {

constexpr std::size_t all_words = static_cast<std::size_t>(-1);

using Words = std::vector<std::string_view>;

std::size_t offset_of(std::string_view statement, std::string_view word) {
  return static_cast<std::size_t>(word.data() - statement.data());
}

/// ALTER TABLE [schema .] table RENAME TO name
std::optional<RefusedText> reserved_new_name(std::string_view statement, const Words& words) {
  for (std::size_t i = 3; i + 2 < words.size(); ++i) {
    if (!sql::is_keyword(words[i], "RENAME") || !sql::is_keyword(words[i + 1], "TO")) continue;
    if (!is_reserved_name(sql::unquoted(words[i + 2]))) return std::nullopt;
    return RefusedText{.words = "not authorized",
                       .offset = offset_of(statement, words[i + 2]),
                       .result_code = SQLITE_AUTH,
                       .instead = "names that start with _cf_ are Cloudflare's own; take another"};
  }
  return std::nullopt;
}

/// Whether a word before a parenthesis is a function call: CAST(…), IN (…), AND (…) and a type after AS are
/// not.
bool is_call(const Words& words, std::size_t at) {
  const std::string_view word = words[at];
  const sql::Token token = sql::first_token(word, true);
  if (token.kind != sql::TokenKind::word || words[at + 1] != "(") return false;
  if (sql::is_keyword(words[at - 1], "AS")) return false;
  return sqlite3_keyword_check(word.data(), static_cast<int>(word.size())) == 0;
}

/// … DEFAULT ( expression )
std::optional<RefusedText> refused_default(std::string_view statement, const Words& words) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (!sql::is_keyword(words[i], "DEFAULT") || words[i + 1] != "(") continue;
    int depth = 0;
    for (++i; i + 1 < words.size(); ++i) {
      if (words[i] == "(") ++depth;
      if (words[i] == ")" && --depth == 0) break;
      if (!is_call(words, i) || is_d1_function(words[i])) continue;
      return RefusedText{
          .words = fmt::format("not authorized to use function: {}", words[i]),
          .offset = offset_of(statement, words[i]),
          .names_offset = true,
          .result_code = SQLITE_ERROR,
          .instead =
              "D1 does not have this function; compute the value in the Worker, or use --unrestricted"};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<RefusedText> refused_text(std::string_view statement) {
  if (statement.empty() || std::string_view("aAcC/-").find(statement.front()) == std::string_view::npos) {
    return std::nullopt;
  }
  const Words first = sql::first_words(statement, 3);
  if (first.size() < 3 || !sql::is_keyword(first[1], "TABLE")) return std::nullopt;
  const bool alter = sql::is_keyword(first[0], "ALTER");
  if (!alter && !sql::is_keyword(first[0], "CREATE")) return std::nullopt;
  const Words words = sql::first_words(statement, all_words);
  if (alter) {
    if (auto refused = reserved_new_name(statement, words)) return refused;
  }
  return refused_default(statement, words);
}

}  // namespace corral::sqlite

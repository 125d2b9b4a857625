#pragma once

#include <cstddef>
#include <string_view>

namespace corral::sql {

/// The kinds of token that matter for splitting statements.
enum class TokenKind {
  space,      ///< white space, a comment, a byte order mark
  semicolon,  ///< ';' outside everything else
  word,       ///< a keyword or plain identifier, or a number
  quoted,     ///< '…' "…" `…` […], with doubled quotes as escapes
  variable,   ///< ? ?1 :name @name $name $name::x(y)
  other,      ///< an operator or any other character
  nul,        ///< a NUL byte, at which SQLite stops reading
};

struct Token {
  TokenKind kind{};
  std::size_t length = 0;  ///< bytes; at least 1
};

/// The token that begins at the start of `text`, which must not be empty, by the rules of SQLite's tokenizer
/// (sqlite.org/lang_naming.html, lang_comment.html, lang_expr.html#varparam; verified against
/// sqlite3_prepare). `is_end`: nothing follows `text`. Otherwise length 0 means that the token may continue
/// beyond `text`. An unterminated string or comment extends to the end of the text.
Token first_token(std::string_view text, bool is_end) noexcept;

/// Whether a word is this keyword (given in upper case), case-insensitively.
bool is_keyword(std::string_view word, std::string_view keyword) noexcept;

}  // namespace corral::sql

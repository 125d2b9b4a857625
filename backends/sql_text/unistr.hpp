#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corral::sql {

/// A statement with its calls of unistr on a single literal replaced by their results.
class DecodedStatement {
 public:
  /// An escape that does not denote a character.
  struct BadEscape {
    std::size_t offset = 0;  ///< in the source
    std::string hint;
  };

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] const std::optional<BadEscape>& bad_escape() const noexcept { return bad_escape_; }

  /// Maps an offset in the text to the source.
  [[nodiscard]] std::size_t source_offset(std::size_t offset) const noexcept;

 private:
  friend std::optional<DecodedStatement> decode_unistr(std::string_view statement);

  /// `begin`..`end` of the text replaces `source_begin`..`source_end` of the source.
  struct Replacement {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t source_begin = 0;
    std::size_t source_end = 0;
  };

  std::string text_;
  std::vector<Replacement> replacements_;
  std::optional<BadEscape> bad_escape_;
};

/// Replaces unistr('a\000ab'), which dumps of sqlite3 3.50 and later contain for text with line breaks, with
/// a literal: D1 does not have the function. Escapes are those of SQLite
/// (sqlite.org/lang_corefunc.html#unistr): \XXXX, \uXXXX, \+XXXXXX, \UXXXXXXXX and \\. Unlike in SQLite,
/// unpaired surrogates and values above U+10FFFF are bad escapes, as they would produce invalid UTF-8. Calls
/// may be nested. A call with any other argument, or anything else named unistr, is left unchanged. nullopt:
/// there is no such call.
std::optional<DecodedStatement> decode_unistr(std::string_view statement);

}  // namespace corral::sql

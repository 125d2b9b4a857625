#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corral::sql {

/// A statement whose calls of unistr with one literal are replaced by the text that they make.
class DecodedStatement {
 public:
  /// An escape that stands for no character.
  struct BadEscape {
    std::size_t offset = 0;  ///< in the source
    std::string hint;
  };

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] const std::optional<BadEscape>& bad_escape() const noexcept { return bad_escape_; }

  /// The place in the source of a place in the text.
  [[nodiscard]] std::size_t source_offset(std::size_t offset) const noexcept;

 private:
  friend std::optional<DecodedStatement> decode_unistr(std::string_view statement);

  /// What stands at `begin`..`end` of the text was at `source_begin`..`source_end` of the source.
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

/// Replaces unistr('a\000ab'), which dumps of sqlite3 3.50 and later write for text with line breaks, by a
/// literal: D1 does not have the function. Escapes are those of SQLite
/// (sqlite.org/lang_corefunc.html#unistr): \XXXX, \uXXXX, \+XXXXXX, \UXXXXXXXX and \\. Unlike SQLite's, half
/// of a surrogate pair and what is beyond U+10FFFF are bad escapes, as they would make text that is not
/// UTF-8. Calls may be nested. A call with anything else than one literal, or of something else that is
/// called unistr, stays. nullopt: there is no such call.
std::optional<DecodedStatement> decode_unistr(std::string_view statement);

}  // namespace corral::sql

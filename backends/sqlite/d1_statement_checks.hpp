#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace corral::sqlite {

/// What D1 refuses of a statement's text that SQLite never asks an authorizer about.
struct RefusedText {
  std::string words;          ///< as D1 gives them
  std::size_t offset = 0;     ///< in the statement, in bytes
  bool names_offset = false;  ///< D1 says " at offset N" after its words
  int result_code = 0;        ///< of SQLite
  std::string instead;        ///< what to do
};

/// Looks at ALTER TABLE … RENAME TO a name of Cloudflare's, and at functions in the DEFAULT of CREATE TABLE
/// and ALTER TABLE, which D1 checks when the column is made (found by running wrangler 4.164.0). nullopt:
/// nothing is refused.
std::optional<RefusedText> refused_text(std::string_view statement);

}  // namespace corral::sqlite

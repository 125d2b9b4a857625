#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace corral::sqlite {

/// A construct that D1 rejects but SQLite never passes to an authorizer.
struct RefusedText {
  std::string words;          ///< D1's message
  std::size_t offset = 0;     ///< in the statement, in bytes
  bool names_offset = false;  ///< D1 appends " at offset N" to its message
  int result_code = 0;        ///< SQLite's result code
  std::string instead;        ///< hint
};

/// Checks ALTER TABLE … RENAME TO for names reserved for Cloudflare, and the DEFAULT expressions of CREATE
/// TABLE and ALTER TABLE for functions, which D1 checks when the column is created (observed with
/// wrangler 4.164.0). nullopt: nothing is rejected.
std::optional<RefusedText> refused_text(std::string_view statement);

}  // namespace corral::sqlite

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace corral::sql {

/// A name as a double-quoted identifier.
std::string quoted_name(std::string_view name);

/// Text as a single-quoted literal.
std::string quoted_text(std::string_view text);

/// Appends text as D1's export writes it (docs/reference/d1.md): 'it''s', with line breaks as
/// replace('a\nb','\n',char(10)). If the text itself contains "\n", a NUL byte or invalid UTF-8, uses other
/// forms that read back the same.
void append_text(std::string& sql, std::string_view text);

/// Appends X'0aff'.
void append_blob(std::string& sql, std::string_view bytes);

/// Appends a REAL so that it reads back as the same REAL: 1.0, 0.1, 1e+100, 9e999 for infinity.
void append_real(std::string& sql, double number);

void append_integer(std::string& sql, std::int64_t number);

}  // namespace corral::sql

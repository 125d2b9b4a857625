#pragma once

#include <string>
#include <string_view>

#include "backends/error.hpp"

namespace corral::sqlite {

/// Whether a result code of SQLite (sqlite.org/rescode.html) speaks of the SQL that was given, rather than of
/// the file, its locks or the disk.
bool is_about_sql(int result_code) noexcept;

/// The kind of Error for a result code that is about SQL.
ErrorKind kind_of_result(int result_code) noexcept;

/// A result code as D1 writes it: "SQLITE_ERROR", "SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)".
std::string result_words(int result_code);

/// What to do about an error that D1 itself reports; empty if SQLite's words say it all. `restricted`: under
/// D1's limits.
std::string advice_for(int result_code, std::string_view words, bool restricted);

}  // namespace corral::sqlite

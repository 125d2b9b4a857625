#pragma once

#include <string>
#include <string_view>

#include "backends/error.hpp"

namespace corral::sqlite {

/// Whether a result code of SQLite (sqlite.org/rescode.html) speaks of the SQL that was given, rather than of
/// the file, its locks or the disk.
bool is_about_sql(int result_code) noexcept;

/// Whether a COMMIT that ended with this code is certain not to be stored: the codes that arise before SQLite
/// begins to write the commit. Any other can come from the writing, from the flush, or from the index of the
/// log, which is brought up to date after it.
bool is_certainly_undone(int result_code) noexcept;

/// The kind of Error for a result code that is about SQL.
ErrorKind kind_of_result(int result_code) noexcept;

/// A result code as D1 writes it: "SQLITE_ERROR", "SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)".
std::string result_words(int result_code);

/// What to do about an error that D1 itself reports; empty if SQLite's words say it all. `restricted`: under
/// D1's limits.
std::string advice_for(int result_code, std::string_view words, bool restricted);

}  // namespace corral::sqlite

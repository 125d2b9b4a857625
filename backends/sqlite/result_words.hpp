#pragma once

#include <string>
#include <string_view>

#include "backends/error.hpp"

namespace corral::sqlite {

/// Whether a result code of SQLite (sqlite.org/rescode.html) is about the SQL rather than the file, its locks
/// or the disk.
bool is_about_sql(int result_code) noexcept;

/// Whether a COMMIT that failed with this code is certainly not stored: true for codes raised before SQLite
/// starts writing the commit. Any other can come from the write, the flush, or the WAL index update that
/// follows.
bool is_certainly_undone(int result_code) noexcept;

/// The ErrorKind of a result code that is about SQL.
ErrorKind kind_of_result(int result_code) noexcept;

/// A result code in D1's format: "SQLITE_ERROR", "SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)".
std::string result_words(int result_code);

/// A hint for an error that D1 itself reports; empty if SQLite's message suffices. `restricted`: under D1's
/// limits.
std::string advice_for(int result_code, std::string_view words, bool restricted);

}  // namespace corral::sqlite

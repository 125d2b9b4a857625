#pragma once

#include <filesystem>
#include <string>

#include "backends/error.hpp"

struct sqlite3;

namespace corral::sqlite {

/// Why a call of SQLite failed: its own words and, where a system call was behind it, the system's.
/// `database` may be null, or know nothing of the failure because the call was not made through it.
std::string reason_of(sqlite3* database, int result_code);

/// The Error that a result code means for a database file; see Connection for the kinds. Where the file
/// cannot be opened or used, what can be seen to be in the way (a link, a FIFO, a missing permission, of the
/// file or of the -wal and -shm beside it) is named instead of SQLite's words.
Error failure_of(sqlite3* database, int result_code, const std::filesystem::path& file);

}  // namespace corral::sqlite

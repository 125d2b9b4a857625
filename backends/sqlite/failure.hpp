#pragma once

#include <filesystem>
#include <string>

#include "backends/error.hpp"

struct sqlite3;

namespace corral::sqlite {

/// Why an SQLite call failed: SQLite's message and, if a system call failed, the system's. `database` may be
/// null, or unrelated to the failed call.
std::string reason_of(sqlite3* database, int result_code);

/// Maps a result code for a database file to an Error; see Connection for the kinds. If the file cannot be
/// opened or used, a visible obstacle (a link, a FIFO, a missing permission, for the file or its -wal or
/// -shm) is reported instead of SQLite's message.
Error failure_of(sqlite3* database, int result_code, const std::filesystem::path& file);

}  // namespace corral::sqlite

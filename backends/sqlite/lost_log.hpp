#pragma once

#include <filesystem>

namespace corral::sqlite {

/// Whether a database's write-ahead log (-wal) was taken away while it held changes that were not in the
/// database yet. Its index (-shm) tells, until the database is opened the next time: SQLite then takes the
/// loss for an empty log. False where nothing can be told. Source: sqlite.org/walformat.html, "WAL-Index
/// Header".
bool has_lost_log(const std::filesystem::path& database);

}  // namespace corral::sqlite

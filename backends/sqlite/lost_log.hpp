#pragma once

#include <filesystem>

namespace corral::sqlite {

/// Whether a database's WAL was removed while it held changes not yet checkpointed. The WAL index (-shm)
/// shows this until the database is next opened; SQLite then treats the missing WAL as empty. False if it
/// cannot be determined. Source: sqlite.org/walformat.html, "WAL-Index Header".
bool has_lost_log(const std::filesystem::path& database);

}  // namespace corral::sqlite

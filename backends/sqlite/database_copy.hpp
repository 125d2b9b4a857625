#pragma once

#include <filesystem>

#include "backends/sqlite/connection.hpp"

namespace corral::sqlite {

/// Replaces the content of `to` by that of `from`, in one transaction of each (sqlite.org/backup.html). Waits
/// up to 15 s for other processes, then throws busy.
void copy_content(const Connection& from, const Connection& to);

/// Copies a database into a new file that is whole and on disk when this returns; nothing is left behind if
/// it throws. Throws conflict if the file exists.
void copy_to_new_file(const Connection& from, const std::filesystem::path& file);

}  // namespace corral::sqlite

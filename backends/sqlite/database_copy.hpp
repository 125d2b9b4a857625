#pragma once

#include <filesystem>

#include "backends/sqlite/connection.hpp"

namespace corral::sqlite {

/// Replaces the content of `to` with that of `from`, in one transaction on each (sqlite.org/backup.html).
/// Waits up to 15 s for other processes, then throws busy.
void copy_content(const Connection& from, const Connection& to);

/// Copies a database into a new file, complete and durable on return; leaves no file behind if it throws.
/// Throws conflict if the file exists.
void copy_to_new_file(const Connection& from, const std::filesystem::path& file);

}  // namespace corral::sqlite

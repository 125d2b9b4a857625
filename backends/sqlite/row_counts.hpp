#pragma once

#include <cstdint>

struct sqlite3_stmt;

namespace corral::sqlite {

/// Rows that a statement has visited and written since it was prepared, in tables and indexes, as D1 counts
/// them for its bill (developers.cloudflare.com/d1/platform/pricing). SQLite itself does not count; see
/// cmake/Sqlite.cmake.
struct RowCounts {
  std::uint64_t read = 0;
  std::uint64_t written = 0;
};

RowCounts row_counts(sqlite3_stmt* statement) noexcept;

}  // namespace corral::sqlite

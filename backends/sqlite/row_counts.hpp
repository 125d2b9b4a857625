#pragma once

#include <cstdint>

struct sqlite3_stmt;

namespace corral::sqlite {

/// Rows a statement has visited and written in tables and indexes since it was prepared, as D1 counts them
/// for billing (developers.cloudflare.com/d1/platform/pricing). Stock SQLite does not count them; see
/// cmake/Sqlite.cmake.
struct RowCounts {
  std::uint64_t read = 0;
  std::uint64_t written = 0;
};

RowCounts row_counts(sqlite3_stmt* statement) noexcept;

}  // namespace corral::sqlite

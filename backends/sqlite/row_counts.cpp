#include "backends/sqlite/row_counts.hpp"

#include <sqlite3.h>

#ifdef CORRAL_SQLITE_COUNTS_ROWS
// NOLINTNEXTLINE(readability-identifier-naming): the name that cmake/sqlite-row-counts.patch gives it
extern "C" void sqlite3_row_counts(sqlite3_stmt* statement, sqlite3_uint64* read, sqlite3_uint64* written);
#endif

namespace corral::sqlite {

RowCounts row_counts(sqlite3_stmt* statement) noexcept {
  RowCounts counts;
#ifdef CORRAL_SQLITE_COUNTS_ROWS
  sqlite3_uint64 read = 0;
  sqlite3_uint64 written = 0;
  sqlite3_row_counts(statement, &read, &written);
  counts.read = read;
  counts.written = written;
#else
  static_cast<void>(statement);
#endif
  return counts;
}

}  // namespace corral::sqlite

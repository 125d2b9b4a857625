#include "backends/sqlite/cell.hpp"

#include <sqlite3.h>

namespace corral::sqlite {

SqlCell cell_of(sqlite3_stmt* prepared, int column) {
  SqlCell cell;
  switch (sqlite3_column_type(prepared, column)) {
    case SQLITE_INTEGER:
      cell.type = SqlType::integer;
      cell.integer = sqlite3_column_int64(prepared, column);
      break;
    case SQLITE_FLOAT:
      cell.type = SqlType::real;
      cell.real = sqlite3_column_double(prepared, column);
      break;
    case SQLITE_NULL: break;
    default: {
      const bool text = sqlite3_column_type(prepared, column) == SQLITE_TEXT;
      cell.type = text ? SqlType::text : SqlType::blob;
      const void* const start = text ? static_cast<const void*>(sqlite3_column_text(prepared, column))
                                     : sqlite3_column_blob(prepared, column);
      const auto length = static_cast<std::size_t>(sqlite3_column_bytes(prepared, column));
      if (start != nullptr) cell.bytes = {static_cast<const char*>(start), length};
    }
  }
  return cell;
}

}  // namespace corral::sqlite

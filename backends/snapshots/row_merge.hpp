#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/sqlite/connection.hpp"

namespace corral::snapshots {

/// A query whose rows can be merged with those of another state.
struct RowQuery {
  std::string sql;  ///< ordered by its first `key_columns` columns, with binary collation
  std::size_t key_columns = 1;
};

/// The current row of a query.
class RowCursor {
 public:
  RowCursor(const sqlite::Connection& connection, const RowQuery& query);
  [[nodiscard]] bool at_row() const { return at_row_; }
  void next() { at_row_ = rows_.step(); }
  [[nodiscard]] SqlCell cell(std::size_t column) const { return rows_.cell(static_cast<int>(column)); }
  [[nodiscard]] std::size_t columns() const { return static_cast<std::size_t>(rows_.columns()); }

 private:
  sqlite::Statement rows_;
  bool at_row_;
};

/// SQLite's order of values: NULL, numbers, text, blobs.
int compare_cells(const SqlCell& a, const SqlCell& b);

/// A cell in readable form; a blob as hex.
std::string cell_text(const SqlCell& cell);

/// Walks the rows of two states in key order; passes nullptr for a state that lacks the key. A state without
/// a query has no rows.
void merge_rows(const sqlite::Connection* first, const std::optional<RowQuery>& first_query,
                const sqlite::Connection* second, const std::optional<RowQuery>& second_query,
                const std::function<void(const RowCursor* first, const RowCursor* second)>& visit);

}  // namespace corral::snapshots

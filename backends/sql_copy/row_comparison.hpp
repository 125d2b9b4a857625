#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backends/sql_copy/ordered_rows.hpp"
#include "backends/sql_copy/table_layout.hpp"
#include "backends/state_snapshots.hpp"

namespace corral::sql_copy {

/// One row that differs between two tables.
struct RowDifference {
  StateDifference::Change change{};          ///< from the second table to the first
  const OrderedRows::Row* first = nullptr;   ///< nullptr: only the second has it
  const OrderedRows::Row* second = nullptr;  ///< nullptr: only the first has it
  std::vector<std::size_t> columns = {};     ///< of a changed row: those that differ
};

/// How rows of two tables are matched.
enum class RowMatch {
  rowid,        ///< an INTEGER PRIMARY KEY, or the rowid of a virtual table
  primary_key,  ///< the declared key, without NULLs
  whole_row,    ///< there is no key: rows are matched by all their values, and are never `changed`
};

struct RowComparison {
  SqlDatabase& first;
  SqlDatabase& second;
  const TableLayout& table;  ///< of both: the same columns and key
  RowMatch match{};
  /// Makes an empty database to count rows in, for RowMatch::whole_row.
  std::function<std::unique_ptr<SqlDatabase>()> make_scratch;
  std::function<void()> pulse = {};
};

/// How rows of a table can be matched.
RowMatch match_of(SqlDatabase& first, SqlDatabase& second, const TableLayout& table);

/// Visits the rows that differ, in the order of the key, reading both tables page by page in constant memory.
/// Numbers are equal if their values are, so that 1 is 1.0. A table without a key is read twice if anything
/// differs.
void compare_rows(const RowComparison& comparison, const std::function<void(const RowDifference&)>& visit);

/// The order of two values by SQLite's rules with the collation BINARY: negative, 0 or positive.
int compare_values(const SqlValue& a, const SqlValue& b);

}  // namespace corral::sql_copy

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "backends/sql_copy/table_layout.hpp"

namespace corral::sql_copy {

/// What rows are ordered by.
enum class RowOrder { rowid, primary_key };

/// An order in which every row of the table can be reached. Throws invalid_input if no order has that
/// property, because columns hide the rowid.
RowOrder full_order(const TableLayout& table);

/// The condition that selects every row.
inline const std::string every_row;

/// All rows of a table in the order of a key (text by its bytes), read in pages of about a megabyte, so that
/// memory stays small and no answer of an account is long. Values arrive exactly, also through the API's
/// JSON: numbers travel as SQL literals beside the type of each value. Each page is what the table holds when
/// it is asked for.
class OrderedRows {
 public:
  struct Row {
    SqlValue rowid = {};           ///< an integer; null for a table without
    std::vector<SqlValue> values;  ///< of TableLayout::columns
  };

  /// `order`: the key, whose values must not be NULL. `condition`: an SQL expression that selects rows
  /// (check_condition), or every_row. `pulse` is called for each page. All must outlive this object. Throws
  /// limit for a table with more columns than a result can have beside the rowid.
  OrderedRows(SqlDatabase& database, const TableLayout& table, RowOrder order, const std::string& condition,
              std::function<void()> pulse = {});

  /// The next row, valid until the next call; nullptr after the last. Throws what SqlDatabase::run does.
  const Row* next();

 private:
  void read_page();
  void take(SqlRow cells);
  [[nodiscard]] std::string select() const;
  [[nodiscard]] std::vector<SqlValue> last_key() const;

  SqlDatabase& database_;
  const TableLayout& table_;
  RowOrder order_;
  const std::string& condition_;
  std::function<void()> pulse_;
  std::vector<Row> page_;
  std::size_t at_ = 0;
  std::uint64_t page_rows_;  ///< how many rows to ask for
  std::uint64_t page_bytes_ = 0;
  bool is_first_ = true;
  bool is_end_ = false;
};

/// Throws invalid_input for a condition that is more than an expression: one with a ';' outside quotes or
/// with parameters, or with unpaired parentheses. `name`: what it is called in the error.
void check_condition(const std::string& condition, const std::string& name);

}  // namespace corral::sql_copy

#include "backends/sql_copy/row_comparison.hpp"

#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "backends/bytes/byte_order.hpp"
#include "backends/bytes/hashing.hpp"
#include "backends/sql_copy/query_rows.hpp"
#include "backends/sql_text/literal.hpp"

namespace corral::sql_copy {

namespace {

using Change = StateDifference::Change;
using Row = OrderedRows::Row;
using Visit = std::function<void(const RowDifference&)>;

bool has_null_in_key(SqlDatabase& database, const TableLayout& table) {
  std::string condition;
  for (const std::size_t column : table.primary_key) {
    condition +=
        fmt::format("{}{} IS NULL", condition.empty() ? "" : " OR ", sql::quoted_name(table.columns[column]));
  }
  bool found = false;
  query_rows(database,
             fmt::format("SELECT 1 FROM {} WHERE {} LIMIT 1", sql::quoted_name(table.name), condition), {},
             [&](SqlRow /*row*/) { found = true; });
  return found;
}

}  // namespace

RowMatch match_of(SqlDatabase& first, SqlDatabase& second, const TableLayout& table) {
  if (table.is_rowid_key) return RowMatch::rowid;
  if (table.primary_key.empty()) return RowMatch::whole_row;
  // SQLite allows NULLs in the primary key of a table with rowids, any number of them.
  const bool any_null =
      !table.rowid.empty() && (has_null_in_key(first, table) || has_null_in_key(second, table));
  return any_null ? RowMatch::whole_row : RowMatch::primary_key;
}

namespace {

class KeyedComparison {
 public:
  KeyedComparison(const RowComparison& comparison, RowOrder order, const Visit& visit)
      : table_(comparison.table),
        order_(order),
        visit_(visit),
        first_(comparison.first, comparison.table, order, every_row, comparison.pulse),
        second_(comparison.second, comparison.table, order, every_row, comparison.pulse) {}

  void run() {
    const Row* a = first_.next();
    const Row* b = second_.next();
    while (a != nullptr || b != nullptr) {
      const int order = a == nullptr ? 1 : b == nullptr ? -1 : compare_keys(*a, *b);
      if (order == 0) {
        compare(*a, *b);
      } else if (order < 0) {
        visit_({.change = Change::added, .first = a});
      } else {
        visit_({.change = Change::removed, .second = b});
      }
      if (order <= 0) a = first_.next();
      if (order >= 0) b = second_.next();
    }
  }

 private:
  [[nodiscard]] int compare_keys(const Row& a, const Row& b) const {
    if (order_ == RowOrder::rowid) return compare_values(a.rowid, b.rowid);
    for (const std::size_t column : table_.primary_key) {
      const int order = compare_values(a.values[column], b.values[column]);
      if (order != 0) return order;
    }
    return 0;
  }

  void compare(const Row& a, const Row& b) const {
    RowDifference difference{.change = Change::changed, .first = &a, .second = &b};
    for (std::size_t i = 0; i < a.values.size(); ++i) {
      if (compare_values(a.values[i], b.values[i]) != 0) difference.columns.push_back(i);
    }
    if (!difference.columns.empty()) visit_(difference);
  }

  const TableLayout& table_;
  RowOrder order_;
  const Visit& visit_;
  OrderedRows first_;
  OrderedRows second_;
};

/// A digest that is equal for equal values: a REAL that is an integer is hashed as one.
std::string digest_of(const Row& row) {
  constexpr std::size_t digest_bytes = 16;
  constexpr double beyond = 9223372036854775808.0;  // 2^63
  Hasher hash(HashKind::sha256);
  for (const SqlValue& value : row.values) {
    SqlValue same = value;
    if (value.type == SqlType::real && std::trunc(value.real) == value.real && value.real >= -beyond &&
        value.real < beyond) {
      same = SqlValue::of_integer(static_cast<std::int64_t>(value.real));
    }
    std::uint64_t number = same.bytes.size();
    if (same.type == SqlType::integer) std::memcpy(&number, &same.integer, sizeof(number));
    if (same.type == SqlType::real) std::memcpy(&number, &same.real, sizeof(number));
    std::string head(1, static_cast<char>(same.type));
    head.append(reinterpret_cast<const char*>(&number), sizeof(number));
    hash.update(head);
    hash.update(same.bytes);
  }
  return hash.digest().substr(0, digest_bytes);
}

/// Counts equal rows, up for the first table and down for the second.
class CountedComparison {
 public:
  CountedComparison(const RowComparison& comparison, const Visit& visit)
      : comparison_(comparison), visit_(visit), counts_(comparison.make_scratch()) {
    run_statements(*counts_, {"CREATE TABLE rows (digest BLOB PRIMARY KEY, surplus INTEGER) WITHOUT ROWID"});
  }

  void run() {
    count(comparison_.first, 1);
    count(comparison_.second, -1);
    run_statements(*counts_, {"DELETE FROM rows WHERE surplus = 0"});
    bool any = false;
    query_rows(*counts_, "SELECT 1 FROM rows LIMIT 1", {}, [&](SqlRow /*row*/) { any = true; });
    if (!any) return;
    visit_surplus(comparison_.first, 1);
    visit_surplus(comparison_.second, -1);
  }

 private:
  /// The digests of a table's rows, each with what it adds to the count.
  class Digests final : public SqlParameters {
   public:
    Digests(OrderedRows& rows, int step) : rows_(rows), values_{{}, SqlValue::of_integer(step)} {}
    void begin(const sql::ScriptStatement& /*statement*/,
               const std::vector<std::string>& /*names*/) override {}
    const std::vector<SqlValue>* next() override {
      const Row* const row = rows_.next();
      if (row == nullptr) return nullptr;
      values_.front() = SqlValue::of_blob(digest_of(*row));
      return &values_;
    }

   private:
    OrderedRows& rows_;
    std::vector<SqlValue> values_;
  };

  void count(SqlDatabase& database, int step) {
    OrderedRows rows(database, comparison_.table, full_order(comparison_.table), every_row,
                     comparison_.pulse);
    Digests digests(rows, step);
    run_for_each(*counts_,
                 "INSERT INTO rows (digest, surplus) VALUES (?1, ?2) "
                 "ON CONFLICT (digest) DO UPDATE SET surplus = surplus + excluded.surplus",
                 digests);
  }

  void visit_surplus(SqlDatabase& database, int step) {
    OrderedRows rows(database, comparison_.table, full_order(comparison_.table), every_row,
                     comparison_.pulse);
    while (const Row* const row = rows.next()) {
      const SqlValue digest = SqlValue::of_blob(digest_of(*row));
      std::int64_t surplus = 0;
      query_rows(*counts_, "SELECT surplus FROM rows WHERE digest = ?1", {digest},
                 [&](SqlRow found) { surplus = found[0].integer; });
      if (surplus * step <= 0) continue;
      query_rows(*counts_, "UPDATE rows SET surplus = surplus - ?2 WHERE digest = ?1",
                 {digest, SqlValue::of_integer(step)}, {});
      visit_(step > 0 ? RowDifference{.change = Change::added, .first = row}
                      : RowDifference{.change = Change::removed, .second = row});
    }
  }

  const RowComparison& comparison_;
  const Visit& visit_;
  std::unique_ptr<SqlDatabase> counts_;
};

}  // namespace

void compare_rows(const RowComparison& comparison, const Visit& visit) {
  if (comparison.match == RowMatch::whole_row) return CountedComparison(comparison, visit).run();
  const RowOrder order = comparison.match == RowMatch::rowid ? RowOrder::rowid : RowOrder::primary_key;
  KeyedComparison(comparison, order, visit).run();
}

}  // namespace corral::sql_copy

#include "backends/snapshots/row_merge.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"

namespace corral::snapshots {

namespace {

int rank(SqlType type) {
  switch (type) {
    case SqlType::null: return 0;
    case SqlType::integer:
    case SqlType::real: return 1;
    case SqlType::text: return 2;
    case SqlType::blob: return 3;
  }
  return 4;
}

int sign(bool less, bool greater) {
  return less ? -1 : greater ? 1 : 0;
}

int compare_keys(const RowCursor& a, const RowCursor& b, std::size_t columns) {
  for (std::size_t i = 0; i < columns; ++i) {
    if (const int order = compare_cells(a.cell(i), b.cell(i)); order != 0) return order;
  }
  return 0;
}

}  // namespace

RowCursor::RowCursor(const sqlite::Connection& connection, const RowQuery& query)
    : rows_(connection.prepare(query.sql)), at_row_(rows_.step()) {}

int compare_cells(const SqlCell& a, const SqlCell& b) {
  if (rank(a.type) != rank(b.type)) return rank(a.type) - rank(b.type);
  if (a.type == SqlType::null) return 0;
  if (a.type == SqlType::integer && b.type == SqlType::integer) {
    return sign(a.integer<b.integer, a.integer> b.integer);
  }
  if (rank(a.type) == 1) {
    const auto number = [](const SqlCell& cell) {
      return cell.type == SqlType::integer ? static_cast<long double>(cell.integer)
                                           : static_cast<long double>(cell.real);
    };
    return sign(number(a) < number(b), number(a) > number(b));
  }
  const int order = a.bytes.compare(b.bytes);
  return sign(order<0, order> 0);
}

std::string cell_text(const SqlCell& cell) {
  switch (cell.type) {
    case SqlType::null: return "NULL";
    case SqlType::integer: return std::to_string(cell.integer);
    case SqlType::real: return fmt::format("{}", cell.real);
    case SqlType::text: return std::string(cell.bytes);
    case SqlType::blob: return "x'" + hex(cell.bytes) + "'";
  }
  return {};
}

void merge_rows(const sqlite::Connection* first, const std::optional<RowQuery>& first_query,
                const sqlite::Connection* second, const std::optional<RowQuery>& second_query,
                const std::function<void(const RowCursor* first, const RowCursor* second)>& visit) {
  std::optional<RowCursor> a;
  std::optional<RowCursor> b;
  if (first != nullptr && first_query) a.emplace(*first, *first_query);
  if (second != nullptr && second_query) b.emplace(*second, *second_query);
  const std::size_t keys = first_query    ? first_query->key_columns
                           : second_query ? second_query->key_columns
                                          : 0;
  while ((a && a->at_row()) || (b && b->at_row())) {
    const bool has_a = a && a->at_row();
    const bool has_b = b && b->at_row();
    const int order = !has_b ? -1 : !has_a ? 1 : compare_keys(*a, *b, keys);
    visit(order <= 0 ? &*a : nullptr, order >= 0 ? &*b : nullptr);
    if (order <= 0) a->next();
    if (order >= 0) b->next();
  }
}

}  // namespace corral::snapshots

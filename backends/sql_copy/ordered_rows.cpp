#include "backends/sql_copy/ordered_rows.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/platform/decimal_text.hpp"
#include "backends/sql_copy/query_rows.hpp"
#include "backends/sql_text/literal.hpp"
#include "backends/sql_text/token.hpp"

namespace corral::sql_copy {

namespace {

constexpr std::uint64_t wanted_page_bytes = 1U << 20U;
constexpr std::uint64_t first_page_rows = 200;
constexpr std::uint64_t max_page_rows = 10'000;

/// D1's limit for the columns of a result.
constexpr std::size_t max_result_columns = 100;

Error damaged(const TableLayout& table) {
  return {ErrorKind::corrupt,
          fmt::format("a row of \"{}\" did not arrive as it was asked for", shown(table.name))};
}

/// The first letters of the five types differ.
SqlValue decoded(char type, const SqlCell& cell, const TableLayout& table) {
  const char* const end = cell.bytes.data() + cell.bytes.size();
  switch (type) {
    case 'n': return {};
    case 't':
      if (cell.type == SqlType::text) return SqlValue::of_text(std::string(cell.bytes));
      break;
    case 'b':
      if (cell.type == SqlType::blob) return SqlValue::of_blob(std::string(cell.bytes));
      break;
    case 'i': {
      std::int64_t integer = 0;
      if (std::from_chars(cell.bytes.data(), end, integer).ptr == end) return SqlValue::of_integer(integer);
      break;
    }
    case 'r': {
      double real = 0;
      const auto [stop, error] = platform::read_number(cell.bytes.data(), end, real);
      // quote() writes infinity as 9.0e+999.
      if (error == std::errc::result_out_of_range)
        real = cell.bytes.starts_with('-') ? -std::numeric_limits<double>::infinity()
                                           : std::numeric_limits<double>::infinity();
      if (stop == end) return SqlValue::of_real(real);
      break;
    }
    default: break;
  }
  throw damaged(table);
}

std::uint64_t bytes_of(const SqlValue& value) {
  constexpr std::uint64_t of_a_number = 8;
  return of_a_number + value.bytes.size();
}

}  // namespace

RowOrder full_order(const TableLayout& table) {
  if (!table.rowid.empty()) return RowOrder::rowid;
  if (!table.primary_key.empty()) return RowOrder::primary_key;
  throw Error(ErrorKind::invalid_input,
              fmt::format("the rows of \"{}\" have no order: its columns hide the rowid", shown(table.name)));
}

OrderedRows::OrderedRows(SqlDatabase& database, const TableLayout& table, RowOrder order,
                         const std::string& condition, std::function<void()> pulse)
    : database_(database),
      table_(table),
      order_(order),
      condition_(condition),
      pulse_(std::move(pulse)),
      page_rows_(first_page_rows) {
  const std::size_t beside = table.rowid.empty() ? 1 : 2;
  if (table.columns.size() + beside > max_result_columns) {
    throw Error(ErrorKind::limit,
                fmt::format("\"{}\" has {} columns; its rows cannot be read with their keys, as a result of "
                            "D1 has {} at most",
                            shown(table.name), table.columns.size(), max_result_columns));
  }
}

std::string OrderedRows::select() const {
  std::string columns;
  std::string types;
  if (!table_.rowid.empty()) columns = fmt::format("quote({}) AS k, ", table_.rowid);
  for (std::size_t i = 0; i < table_.columns.size(); ++i) {
    const std::string name = sql::quoted_name(table_.columns[i]);
    columns += fmt::format(
        "CASE WHEN typeof({0}) IN ('integer', 'real') THEN quote({0}) ELSE {0} END AS c{1}, ", name, i);
    // In groups: D1 takes at most 32 arguments of a function and expressions 100 deep, and 100 columns.
    constexpr std::size_t group = 10;
    types += fmt::format("{}substr(typeof({}), 1, 1)",
                         i == 0           ? "("
                         : i % group == 0 ? ") || ("
                                          : " || ",
                         name);
  }
  // With the table's name, as ORDER BY takes a bare one for that of a result column first.
  const std::string table = sql::quoted_name(table_.name);
  std::vector<std::string> key;
  if (order_ == RowOrder::rowid) {
    key.push_back(fmt::format("{}.{}", table, table_.rowid));
  } else {
    for (const std::size_t column : table_.primary_key)
      key.push_back(fmt::format("{}.{} COLLATE BINARY", table, sql::quoted_name(table_.columns[column])));
  }
  std::string conditions;
  // The line break ends a comment at the condition's end.
  if (!condition_.empty()) conditions = fmt::format("({}\n)", condition_);
  if (!is_first_) {
    std::string parameters;
    for (std::size_t i = 0; i < key.size(); ++i)
      parameters += fmt::format("{}?{}", i == 0 ? "" : ", ", i + 1);
    conditions +=
        fmt::format("{}({}) > ({})", conditions.empty() ? "" : " AND ", fmt::join(key, ", "), parameters);
  }
  return fmt::format("SELECT {}{}) AS t FROM {}{}{} ORDER BY {} LIMIT {}", columns, types, table,
                     conditions.empty() ? "" : " WHERE ", conditions, fmt::join(key, ", "), page_rows_);
}

std::vector<SqlValue> OrderedRows::last_key() const {
  if (is_first_) return {};
  const Row& last = page_.back();
  if (order_ == RowOrder::rowid) return {last.rowid};
  std::vector<SqlValue> key;
  for (const std::size_t column : table_.primary_key) key.push_back(last.values[column]);
  return key;
}

void OrderedRows::take(SqlRow cells) {
  const std::size_t key_cells = table_.rowid.empty() ? 0 : 1;
  if (cells.size() != table_.columns.size() + key_cells + 1) throw damaged(table_);
  const std::string_view types = cells.back().bytes;
  if (types.size() != table_.columns.size()) throw damaged(table_);
  Row& row = page_.emplace_back();
  if (key_cells == 1) row.rowid = decoded('i', cells[0], table_);
  row.values.reserve(types.size());
  for (std::size_t i = 0; i < types.size(); ++i) {
    row.values.push_back(decoded(types[i], cells[key_cells + i], table_));
    page_bytes_ += bytes_of(row.values.back());
  }
}

void OrderedRows::read_page() {
  const std::vector<SqlValue> key = last_key();
  const std::string query = select();
  page_.clear();
  page_bytes_ = 0;
  at_ = 0;
  if (pulse_) pulse_();
  query_rows(database_, query, key, [this](SqlRow cells) { take(cells); });
  is_first_ = false;
  is_end_ = page_.size() < page_rows_;
  if (page_.empty()) return;
  const std::uint64_t row_bytes = std::max<std::uint64_t>(page_bytes_ / page_.size(), 1);
  constexpr std::uint64_t growth = 4;
  page_rows_ = std::clamp<std::uint64_t>(wanted_page_bytes / row_bytes, 1,
                                         std::min(page_rows_ * growth, max_page_rows));
}

const OrderedRows::Row* OrderedRows::next() {
  if (at_ == page_.size()) {
    if (is_end_) return nullptr;
    read_page();
    if (page_.empty()) return nullptr;
  }
  return &page_[at_++];
}

void check_condition(const std::string& condition, const std::string& name) {
  int depth = 0;
  bool any = false;
  bool is_expression = true;
  for (std::string_view rest = condition; !rest.empty() && is_expression;) {
    const sql::Token token = sql::first_token(rest, true);
    const std::string_view word = rest.substr(0, token.length);
    rest.remove_prefix(token.length);
    if (token.kind == sql::TokenKind::space) continue;
    any = true;
    if (word == "(") ++depth;
    if (word == ")") --depth;
    is_expression = depth >= 0 && token.kind != sql::TokenKind::semicolon &&
                    token.kind != sql::TokenKind::variable && token.kind != sql::TokenKind::nul;
  }
  if (is_expression && any && depth == 0) return;
  throw Error(ErrorKind::invalid_input, fmt::format("{} is not a condition: {}", name, shown(condition)),
              "write what would follow WHERE, without ';' and parameters");
}

}  // namespace corral::sql_copy

#include "commands/d1/import_table.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/platform/decimal_text.hpp"
#include "backends/sql_text/literal.hpp"

namespace corral::d1 {

namespace {

/// Name (lower-cased, as SQLite compares names) and declared type of each column.
class Columns final : public SqlResults {
 public:
  void begin(const sql::ScriptStatement&, const std::vector<std::string>&) override {}
  void row(SqlRow row) override { types[ascii_lower(row[0].bytes)] = ascii_lower(row[1].bytes); }
  void end(const SqlStatementStats&) override {}

  std::map<std::string, std::string> types;
};

std::map<std::string, std::string> columns_of(SqlDatabase& database, const std::string& table) {
  const std::string query =
      fmt::format("SELECT name, type FROM pragma_table_xinfo({})", sql::quoted_text(table));
  MemorySource source(query);
  sql::StatementReader statements(source, "the query", query.size());
  Columns columns;
  database.run({.statements = statements, .transaction = SqlBatch::Transaction::none}, columns);
  return columns.types;
}

bool is_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool has_leading_zero = text.size() > 1 && text.front() == '0';
  return failure == std::errc() && end == text.data() + text.size() && !has_leading_zero;
}

bool is_real(std::string_view text) {
  double number = 0;
  const auto [end, failure] = platform::read_number(text.data(), text.data() + text.size(), number);
  const bool starts_like_one = !text.empty() && (text.front() == '-' || text.front() == '.' ||
                                                 (text.front() >= '0' && text.front() <= '9'));
  const bool has_leading_zero = text.size() > 1 && text.front() == '0' && text[1] != '.';
  return failure == std::errc() && end == text.data() + text.size() && starts_like_one && !has_leading_zero;
}

/// The narrowest type that fits all values seen so far.
class TypeGuess {
 public:
  void see(const SqlValue& value) {
    const bool text = value.type == SqlType::text;
    if (value.type == SqlType::null) return;
    any_ = true;
    integers_ = integers_ && (value.type == SqlType::integer || (text && is_integer(value.bytes)));
    reals_ = reals_ && (value.type == SqlType::integer || value.type == SqlType::real ||
                        (text && is_real(value.bytes)));
    blobs_ = blobs_ && value.type == SqlType::blob;
  }
  [[nodiscard]] const char* name() const {
    if (!any_) return "TEXT";
    return integers_ ? "INTEGER" : reals_ ? "REAL" : blobs_ ? "BLOB" : "TEXT";
  }

 private:
  bool any_ = false;
  bool integers_ = true;
  bool reals_ = true;
  bool blobs_ = true;
};

unsigned digit(char c) {
  return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

bool is_blob_literal(std::string_view text) {
  return text.size() >= 3 && (text.front() | 0x20) == 'x' && text[1] == '\'' && text.back() == '\'' &&
         text.size() % 2 == 1 &&
         text.substr(2, text.size() - 3).find_first_not_of("0123456789abcdefABCDEF") ==
             std::string_view::npos;
}

}  // namespace

void convert(SqlValue& value, ColumnConversion conversion) {
  if (value.type != SqlType::text || conversion == ColumnConversion::none) return;
  if (conversion == ColumnConversion::boolean) {
    const std::string word = ascii_lower(value.bytes);
    if (word == "true" || word == "false") value = SqlValue::of_integer(word == "true" ? 1 : 0);
  } else if (is_blob_literal(value.bytes)) {
    const std::string_view digits = std::string_view(value.bytes).substr(2, value.bytes.size() - 3);
    std::string bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
      bytes += static_cast<char>(digit(digits[i]) << 4U | digit(digits[i + 1]));
    }
    value = SqlValue::of_blob(std::move(bytes));
  }
}

std::vector<ColumnConversion> conversions_for(SqlDatabase& database, const std::string& table,
                                              const std::vector<std::string>& columns) {
  const auto types = columns_of(database, table);
  std::vector<ColumnConversion> conversions;
  for (const std::string& column : columns) {
    const std::string& type = types.at(ascii_lower(column));
    conversions.push_back(type.find("bool") != std::string::npos   ? ColumnConversion::boolean
                          : type.find("blob") != std::string::npos ? ColumnConversion::blob
                                                                   : ColumnConversion::none);
  }
  return conversions;
}

void check_columns(SqlDatabase& database, const std::string& table, const std::vector<std::string>& columns) {
  const auto types = columns_of(database, table);
  if (types.empty()) {
    throw Error(ErrorKind::not_found, fmt::format("no table \"{}\" in this database", shown(table)),
                "add --create to make it from the data");
  }
  for (const std::string& column : columns) {
    if (types.contains(ascii_lower(column))) continue;
    std::vector<std::string> names;
    names.reserve(types.size());
    for (const auto& [name, type] : types) names.push_back(shown(name));
    throw Error(ErrorKind::invalid_input, fmt::format("the table \"{}\" has no column \"{}\"; it has: {}",
                                                      shown(table), shown(column), fmt::join(names, ", ")));
  }
}

std::string create_table_for(const std::string& table, RowSource& rows) {
  const std::vector<std::string>& columns = rows.columns();
  std::vector<TypeGuess> guesses(columns.size());
  std::vector<SqlValue> row;
  while (rows.next(row)) {
    for (std::size_t i = 0; i < row.size(); ++i) guesses[i].see(row[i]);
  }
  std::vector<std::string> declarations;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    declarations.push_back(fmt::format("{} {}", sql::quoted_name(columns[i]), guesses[i].name()));
  }
  return fmt::format("CREATE TABLE {} ({})", sql::quoted_name(table), fmt::join(declarations, ", "));
}

}  // namespace corral::d1

#include "migrations/history.hpp"

#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/sql_error.hpp"
#include "backends/sql_text/literal.hpp"

namespace corral::migrations {

namespace {

class Rows final : public SqlResults {
 public:
  void begin(const sql::ScriptStatement&, const std::vector<std::string>& columns) override {
    columns_.clear();
    for (const std::string& column : columns) columns_.push_back(ascii_lower(column));
  }
  void row(SqlRow row) override {
    AppliedMigration& one = applied.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (columns_[i] == "id") one.id = row[i].integer;
      if (columns_[i] == "name") one.name = row[i].bytes;
      if (columns_[i] == "applied_at") one.applied_at = row[i].bytes;
    }
  }
  void end(const SqlStatementStats&) override {}

  std::vector<AppliedMigration> applied;

 private:
  std::vector<std::string> columns_;
};

}  // namespace

std::vector<AppliedMigration> History::applied() {
  const std::string text = fmt::format("SELECT *\n\t\tFROM {}\n\t\tORDER BY id", sql::quoted_name(table_));
  MemorySource source(text);
  sql::StatementReader statements(source, "the query", text.size() + 1);
  Rows rows;
  try {
    database_.run({.statements = statements, .transaction = SqlBatch::Transaction::none}, rows);
  } catch (const SqlError& error) {
    if (!error.details().text.starts_with("no such table: " + table_)) throw;
  }
  return std::move(rows.applied);
}

std::string History::make_table() const {
  return fmt::format(
      "CREATE TABLE IF NOT EXISTS {}(\n\t\tid         INTEGER PRIMARY KEY AUTOINCREMENT,\n\t\tname       "
      "TEXT "
      "UNIQUE,\n\t\tapplied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL\n)",
      sql::quoted_name(table_));
}

std::string History::add(std::string_view name) const {
  return fmt::format("INSERT INTO {} (name)\nvalues ({})", sql::quoted_name(table_), sql::quoted_text(name));
}

std::string History::remove(std::string_view name) const {
  return fmt::format("DELETE FROM {} WHERE name = {}", sql::quoted_name(table_), sql::quoted_text(name));
}

}  // namespace corral::migrations

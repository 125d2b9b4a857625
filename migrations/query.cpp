#include "migrations/query.hpp"

#include <fmt/format.h>

namespace corral::migrations {

namespace {

std::string text_of(const SqlCell& cell) {
  switch (cell.type) {
    case SqlType::null: return {};
    case SqlType::integer: return std::to_string(cell.integer);
    case SqlType::real: return fmt::format("{}", cell.real);
    case SqlType::text:
    case SqlType::blob: return std::string(cell.bytes);
  }
  return {};
}

class TextRows final : public SqlResults {
 public:
  void begin(const sql::ScriptStatement&, const std::vector<std::string>&) override {}
  void row(SqlRow cells) override {
    TextRow& row = rows.emplace_back();
    for (const SqlCell& cell : cells) row.push_back(text_of(cell));
  }
  void end(const SqlStatementStats&) override {}

  std::vector<TextRow> rows;
};

std::vector<TextRow> run(SqlDatabase& database, std::string_view sql, SqlBatch::Transaction transaction) {
  MemorySource source(sql);
  sql::StatementReader statements(source, "the query", sql.size() + 1);
  TextRows rows;
  database.run({.statements = statements, .transaction = transaction}, rows);
  return std::move(rows.rows);
}

}  // namespace

std::vector<TextRow> query(SqlDatabase& database, std::string_view sql) {
  return run(database, sql, SqlBatch::Transaction::none);
}

void change(SqlDatabase& database, std::string_view sql) {
  run(database, sql, SqlBatch::Transaction::write);
}

}  // namespace corral::migrations

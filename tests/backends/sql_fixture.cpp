#include <fmt/format.h>

#include "tests/backends/sql_backends.hpp"

namespace corral::testing {

namespace {

std::string text_of(const SqlCell& cell) {
  switch (cell.type) {
    case SqlType::null: return "NULL";
    case SqlType::integer: return std::to_string(cell.integer);
    case SqlType::real: return fmt::format("{}", cell.real);
    case SqlType::text: return std::string(cell.bytes);
    case SqlType::blob: return fmt::format("blob:{}", cell.bytes.size());
  }
  return {};
}

class StringSink final : public ByteSink {
 public:
  void write(std::string_view bytes) override { text += bytes; }
  std::string text;
};

}  // namespace

void CollectedResults::begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) {
  static_cast<void>(statement);
  columns_.push_back(columns);
}

void CollectedResults::row(SqlRow row) {
  std::string text;
  for (const SqlCell& cell : row) text += (text.empty() ? "" : "|") + text_of(cell);
  rows_.push_back(text);
}

CollectedResults SqlFixture::run(SqlDatabase& on, std::string_view sql, Transaction transaction,
                                 bool roll_back) const {
  MemorySource source(sql);
  sql::StatementReader statements(source, "the test", 10'000'000);
  CollectedResults results;
  on.run({.statements = statements, .transaction = transaction, .roll_back = roll_back}, results);
  return results;
}

SqlError::Details SqlFixture::failure(std::string_view sql) const {
  try {
    run(sql);
  } catch (const SqlError& error) {
    return error.details();
  }
  return {};
}

std::string SqlFixture::dump(SqlDatabase& of, const SqlDumpOptions& options) const {
  StringSink sink;
  of.dump(options, sink);
  return sink.text;
}

}  // namespace corral::testing

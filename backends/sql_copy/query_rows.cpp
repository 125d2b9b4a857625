#include "backends/sql_copy/query_rows.hpp"

#include <utility>

namespace corral::sql_copy {

namespace {

/// Statements from a list.
class Statements final : public sql::StatementSource {
 public:
  explicit Statements(std::vector<std::string_view> texts) : texts_(std::move(texts)) {}

  bool next(sql::ScriptStatement& statement) override {
    if (at_ == texts_.size()) return false;
    statement = {.text = texts_[at_++], .place = {.number = at_, .line = 1, .column = 1}, .has_end = true};
    return true;
  }

 private:
  std::vector<std::string_view> texts_;
  std::size_t at_ = 0;
};

class Visitor final : public SqlResults {
 public:
  explicit Visitor(const std::function<void(SqlRow)>& visit) : visit_(visit) {}
  void begin(const sql::ScriptStatement& /*statement*/,
             const std::vector<std::string>& /*columns*/) override {}
  void row(SqlRow row) override {
    if (visit_) visit_(row);
  }
  void end(const SqlStatementStats& /*stats*/) override {}

 private:
  const std::function<void(SqlRow)>& visit_;
};

/// The values of one run.
class OneRun final : public SqlParameters {
 public:
  explicit OneRun(const std::vector<SqlValue>& values) : values_(values) {}
  void begin(const sql::ScriptStatement& /*statement*/, const std::vector<std::string>& /*names*/) override {}
  const std::vector<SqlValue>* next() override { return std::exchange(given_, true) ? nullptr : &values_; }

 private:
  const std::vector<SqlValue>& values_;
  bool given_ = false;
};

const std::function<void(SqlRow)> ignore;

}  // namespace

void query_rows(SqlDatabase& database, std::string_view select, const std::vector<SqlValue>& values,
                const std::function<void(SqlRow)>& visit) {
  Statements statements({select});
  OneRun parameters(values);
  Visitor results(visit);
  database.run({.statements = statements,
                .parameters = values.empty() ? nullptr : &parameters,
                .transaction = SqlBatch::Transaction::none},
               results);
}

void run_statements(SqlDatabase& database, const std::vector<std::string>& statements) {
  if (statements.empty()) return;
  Statements source(std::vector<std::string_view>(statements.begin(), statements.end()));
  Visitor results(ignore);
  database.run({.statements = source}, results);
}

void run_for_each(SqlDatabase& database, std::string_view statement, SqlParameters& values) {
  Statements source({statement});
  Visitor results(ignore);
  database.run({.statements = source, .parameters = &values}, results);
}

void run_alone(SqlDatabase& database, std::string_view statement) {
  query_rows(database, statement, {}, ignore);
}

SqlValue value_of(const SqlCell& cell) {
  return {cell.type, cell.integer, cell.real, std::string(cell.bytes)};
}

}  // namespace corral::sql_copy

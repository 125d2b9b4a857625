#include <array>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "backends/sql_error.hpp"
#include "backends/sql_text/words.hpp"
#include "commands/d1/database_runner.hpp"
#include "commands/sql/json_value.hpp"
#include "serve/rest/d1.hpp"
#include "serve/rest/d1_results.hpp"
#include "serve/rest/fields.hpp"

namespace corral::serve::rest {

namespace {

namespace code = cloudflare::code;

/// SQL with the values of its parameters.
struct Query {
  std::string sql;
  std::vector<SqlValue> values;
};

/// An array is a BLOB, byte by byte, as the API's answers have them.
SqlValue value_of(const Json& json) {
  constexpr std::int64_t largest_byte = 255;
  if (json.is_object()) throw Refusal(400, code::d1_bad_request, "a parameter is an object");
  if (!json.is_array()) return sql_value_of_json(json);
  std::string bytes;
  for (const Json& one : json) {
    if (!one.is_whole() || one.get<double>() < 0 || one.get<double>() > largest_byte)
      throw Refusal(400, code::d1_bad_request, "a parameter is an array of other things than bytes");
    bytes += static_cast<char>(one.get<std::int64_t>());
  }
  return SqlValue::of_blob(std::move(bytes));
}

Query query_of(const Json& json) {
  const Fields fields(json, code::d1_bad_request);
  Query query{.sql = fields.text("sql"), .values = {}};
  if (const Json* const params = fields.array("params")) {
    for (const Json& one : *params) query.values.push_back(value_of(one));
  }
  return query;
}

/// {"sql", "params"}, or several of them as {"batch"}, or as an array.
std::vector<Query> queries_in(const Json& body) {
  const Json* list = body.is_array() ? &body : nullptr;
  if (body.is_object() && body.contains("batch")) list = Fields(body, code::d1_bad_request).array("batch");
  std::vector<Query> queries;
  if (list == nullptr) {
    queries.push_back(query_of(body));
  } else {
    for (const Json& one : *list) queries.push_back(query_of(one));
  }
  return queries;
}

/// The statements of several queries, one after the other, and their values.
class QueryStatements final : public sql::StatementSource, public SqlParameters {
 public:
  explicit QueryStatements(const std::vector<Query>& queries)
      : queries_(queries), used_(queries.size(), false) {
    rewind();
  }

  void rewind() {
    at_ = 0;
    number_ = 0;
    open();
  }

  bool next(sql::ScriptStatement& statement) override {
    while (at_ < queries_.size()) {
      if (reader_->next(statement)) {
        statement.place.number = ++number_;
        return true;
      }
      ++at_;
      open();
    }
    return false;
  }

  void begin(const sql::ScriptStatement& /*statement*/, const std::vector<std::string>& names) override {
    const std::vector<SqlValue>& values = queries_[at_].values;
    if (names.size() != values.size()) {
      throw Refusal(400, code::d1_query_failed,
                    fmt::format("wrong number of parameter bindings for SQL query: the statement has {}, the "
                                "query {}",
                                names.size(), values.size()));
    }
    pending_ = &values;
    used_.at(at_) = true;
  }
  void end() override {
    for (std::size_t i = 0; i < queries_.size(); ++i) {
      if (!used_[i] && !queries_[i].values.empty())
        throw Refusal(400, code::d1_query_failed,
                      "wrong number of parameter bindings for SQL query: it takes none");
    }
  }
  const std::vector<SqlValue>* next() override { return std::exchange(pending_, nullptr); }

 private:
  void open() {
    if (at_ == queries_.size()) return;
    text_ = std::make_unique<MemorySource>(queries_[at_].sql);
    reader_ = std::make_unique<sql::StatementReader>(*text_, "the SQL", sql::max_read_statement_bytes);
  }

  const std::vector<Query>& queries_;
  std::vector<bool> used_;  ///< whose values some statement has taken
  std::size_t at_ = 0;
  std::uint64_t number_ = 0;
  std::unique_ptr<MemorySource> text_;
  std::unique_ptr<sql::StatementReader> reader_;
  const std::vector<SqlValue>* pending_ = nullptr;
};

Response run(Call& call, RowForm form) {
  const d1::Database database = find_database(call);
  const std::vector<Query> queries = queries_in(call.json(code::d1_bad_request));
  QueryStatements statements(queries);
  bool only_reads = true;
  std::size_t count = 0;
  for (sql::ScriptStatement statement; statements.next(statement); ++count)
    only_reads = only_reads && sql::only_reads(statement.text);
  if (count == 0) throw Refusal(400, code::d1_query_failed, "there is no SQL statement in this");
  statements.rewind();
  ApiResults results(form);
  const SqlBatch batch{.statements = statements,
                       .parameters = &statements,
                       .transaction = only_reads ? SqlBatch::Transaction::read : SqlBatch::Transaction::write,
                       .pulse = [&] { call.context.check_interrupt(); }};
  d1::DatabaseRunner(call.context, Call::state, database, false).run(batch, results, only_reads);
  const SqlDatabaseInfo info = call.stores().d1().open(database.id, {})->info(false);
  return success_with(results.take(info.page_size * info.pages));
}

Response query(Call& call) {
  return run(call, RowForm::objects);
}

Response raw(Call& call) {
  return run(call, RowForm::arrays);
}

constexpr std::array routes = {
    Route{"d1.query", "POST", "accounts/:account/d1/database/:database/query", query},
    Route{"d1.raw", "POST", "accounts/:account/d1/database/:database/raw", raw},
};

}  // namespace

std::span<const Route> d1_query_routes() {
  return routes;
}

}  // namespace corral::serve::rest

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backends/sql_database.hpp"
#include "backends/sql_error.hpp"
#include "backends/sql_text/unistr.hpp"
#include "backends/sqlite/connection.hpp"
#include "backends/sqlite/d1_authorizer.hpp"

struct sqlite3_stmt;

namespace corral::sqlite {

/// Runs the statements of a batch on one connection, in one transaction: shared by D1's execute and a Durable
/// Object's SQL. SQL errors become a SqlError in D1's wording (docs/reference/d1.md); file errors are thrown
/// as by Connection.
class BatchRunner {
 public:
  /// `dialect`: nullptr for plain SQLite. Both must outlive the runner.
  BatchRunner(const Connection& connection, D1Dialect* dialect)
      : connection_(connection), dialect_(dialect) {}

  /// See SqlDatabase::run.
  void run(const SqlBatch& batch, SqlResults& results);

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;
  class Transaction;
  class PulseCall;
  class ForeignKeysOff;

  void run_statement(const sql::ScriptStatement& statement, const SqlBatch& batch, SqlResults& results);
  [[nodiscard]] Prepared prepare(const sql::ScriptStatement& statement);
  void check_text(const sql::ScriptStatement& statement);
  std::uint64_t run_all(sqlite3_stmt* prepared, const sql::ScriptStatement& statement, const SqlBatch& batch,
                        SqlResults& results);
  void step_through(sqlite3_stmt* prepared, const sql::ScriptStatement& statement, SqlResults& results);
  void check_references() const;
  void bind(sqlite3_stmt* prepared, const std::vector<SqlValue>& values) const;

  /// The error and its position in the original statement. `offset`: in the text passed to SQLite.
  [[nodiscard]] SqlError::Details details_of(int result_code, std::string_view words,
                                             std::optional<std::size_t> offset,
                                             const sql::ScriptStatement* statement) const;
  /// Throws the error for a failed call.
  [[noreturn]] void fail(int result_code, const sql::ScriptStatement* statement) const;

  const Connection& connection_;
  D1Dialect* dialect_;
  PulseCall* pulse_ = nullptr;
  /// The text passed to SQLite for the current statement, if different from the original.
  std::optional<sql::DecodedStatement> decoded_;
  bool commits_each_ = false;  ///< whether each statement commits by itself
  std::vector<std::string> columns_;
  std::vector<SqlCell> cells_;
};

}  // namespace corral::sqlite

#include "backends/sqlite/batch_runner.hpp"

#include <chrono>
#include <exception>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/sql_text/other_product.hpp"
#include "backends/sqlite/connection.hpp"
#include "backends/sqlite/d1_statement_checks.hpp"
#include "backends/sqlite/result_words.hpp"
#include "backends/sqlite/row_counts.hpp"

namespace corral::sqlite {

namespace {

/// SQLite VM operations between two calls of SqlBatch::pulse: about a millisecond.
constexpr int operations_between_pulses = 20'000;

constexpr std::size_t shown_statement_characters = 200;

}  // namespace

void BatchRunner::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

/// The transaction around a batch; rolled back unless committed.
class BatchRunner::Transaction {
 public:
  Transaction(const BatchRunner& runner, SqlBatch::Transaction kind)
      : runner_(runner), open_(kind != SqlBatch::Transaction::none) {
    if (!open_) return;
    const int result = execute(kind == SqlBatch::Transaction::write ? "BEGIN IMMEDIATE" : "BEGIN");
    if (result != SQLITE_OK) runner_.fail(result, nullptr);
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() { roll_back(); }

  void commit() {
    if (!open_) return;
    const int result = execute("COMMIT");
    if (result == SQLITE_OK) {
      open_ = false;
      return;
    }
    if (is_certainly_undone(result)) runner_.fail(result, nullptr);
    open_ = false;  // SQLite has already ended it
    runner_.connection_.fail_commit(result);
  }
  void roll_back() noexcept {
    if (!open_) return;
    execute("ROLLBACK");
    runner_.connection_.fold_log_on_closing();
    open_ = false;
  }

 private:
  int execute(const char* sql) const noexcept {
    const D1Dialect::Pause pause(runner_.dialect_);
    return sqlite3_exec(runner_.connection_.handle(), sql, nullptr, nullptr, nullptr);
  }

  const BatchRunner& runner_;
  bool open_;
};

/// PRAGMA foreign_keys works only outside a transaction.
class BatchRunner::ForeignKeysOff {
 public:
  ForeignKeysOff(const BatchRunner& runner, bool off) : runner_(runner), off_(off) { set(0); }
  ForeignKeysOff(const ForeignKeysOff&) = delete;
  ForeignKeysOff& operator=(const ForeignKeysOff&) = delete;
  ~ForeignKeysOff() { set(1); }

 private:
  void set(int value) const {
    if (off_) sqlite3_db_config(runner_.connection_.handle(), SQLITE_DBCONFIG_ENABLE_FKEY, value, nullptr);
  }

  const BatchRunner& runner_;
  bool off_;
};

/// Calls SqlBatch::pulse from within SQLite, and holds its exception until SQLite has returned.
class BatchRunner::PulseCall {
 public:
  PulseCall(BatchRunner& runner, const SqlBatch& batch) : runner_(runner), batch_(batch) {
    if (!batch_.pulse) return;
    runner_.pulse_ = this;
    sqlite3_progress_handler(runner_.connection_.handle(), operations_between_pulses, call, this);
  }
  PulseCall(const PulseCall&) = delete;
  PulseCall& operator=(const PulseCall&) = delete;
  ~PulseCall() {
    runner_.pulse_ = nullptr;
    sqlite3_progress_handler(runner_.connection_.handle(), 0, nullptr, nullptr);
  }
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  static int call(void* self) noexcept {
    auto& pulse = *static_cast<PulseCall*>(self);
    try {
      pulse.batch_.pulse();
      return 0;
    } catch (...) {
      pulse.failure_ = std::current_exception();
      return 1;
    }
  }

  BatchRunner& runner_;
  const SqlBatch& batch_;
  std::exception_ptr failure_;
};

SqlError::Details BatchRunner::details_of(int result_code, std::string_view words,
                                          std::optional<std::size_t> offset,
                                          const sql::ScriptStatement* statement) const {
  if (offset && decoded_) offset = decoded_->source_offset(*offset);
  SqlError::Details details;
  details.kind = kind_of_result(result_code);
  details.text = fmt::format("{}{}: {}", words, offset ? fmt::format(" at offset {}", *offset) : "",
                             result_words(result_code));
  if (statement != nullptr) {
    details.place = sql::place_within(statement->place, statement->text, offset.value_or(0));
    details.sql = first_characters(statement->text, shown_statement_characters);
  }
  return details;
}

void BatchRunner::fail(int result_code, const sql::ScriptStatement* statement) const {
  sqlite3* const database = connection_.handle();
  if (pulse_ != nullptr && (result_code & 0xFF) == SQLITE_INTERRUPT) pulse_->rethrow();
  if (!is_about_sql(result_code)) connection_.fail(result_code);
  const int offset = sqlite3_error_offset(database);
  std::string_view words = sqlite3_errmsg(database);
  // D1's own SQLite uses the same message for both ways of exceeding the trigger depth.
  if (dialect_ != nullptr && words == "too many levels of trigger recursion")
    words = "triggers nested too deep";
  SqlError::Details details =
      details_of(result_code, words,
                 offset >= 0 ? std::optional(static_cast<std::size_t>(offset)) : std::nullopt, statement);
  if (dialect_ != nullptr && !dialect_->instead().empty()) {
    details.kind = ErrorKind::denied;
    details.hint = dialect_->instead();
  }
  if (details.hint.empty() && statement != nullptr && (result_code & 0xFF) == SQLITE_ERROR)
    details.hint = sql::advice_for_product(sql::other_product(statement->text));
  if (details.hint.empty()) details.hint = advice_for(result_code, details.text, dialect_ != nullptr);
  throw SqlError(std::move(details));
}

void BatchRunner::run(const SqlBatch& batch, SqlResults& results) {
  const PulseCall pulse(*this, batch);
  sql::ScriptStatement statement;
  const ForeignKeysOff unchecked(*this, batch.references_at_end);
  commits_each_ = batch.transaction == SqlBatch::Transaction::none;
  Transaction transaction(*this, batch.transaction);
  bool any = false;
  while (batch.statements.next(statement)) {
    any = true;
    run_statement(statement, batch, results);
    if (batch.pulse) batch.pulse();
  }
  if (!any) {
    throw Error(ErrorKind::invalid_input, "there is no SQL statement in this",
                "comments alone do nothing; give at least one statement");
  }
  if (batch.parameters != nullptr) batch.parameters->end();
  if (batch.references_at_end) check_references();
  if (batch.roll_back) {
    transaction.roll_back();
  } else {
    transaction.commit();
  }
}

void BatchRunner::check_references() const {
  const D1Dialect::Pause pause(dialect_);
  Statement check = connection_.prepare("PRAGMA foreign_key_check");
  if (!check.step()) return;
  throw SqlError(
      {.kind = ErrorKind::conflict,
       .text = fmt::format("FOREIGN KEY constraint failed: {}", result_words(SQLITE_CONSTRAINT_FOREIGNKEY)),
       .place = {},
       .sql = {},
       .hint = fmt::format("a row of \"{}\" refers to one of \"{}\" that does not exist{}",
                           shown(check.text(0)), shown(check.text(2)),
                           check.is_null(1) ? "" : fmt::format(" (rowid {})", check.integer(1)))});
}

/// Throws for statement text that D1 rejects. Sets `decoded_`.
void BatchRunner::check_text(const sql::ScriptStatement& statement) {
  decoded_ = sql::decode_unistr(statement.text);
  if (decoded_ && decoded_->bad_escape()) {
    const sql::DecodedStatement::BadEscape bad = *decoded_->bad_escape();
    decoded_.reset();
    SqlError::Details details = details_of(SQLITE_ERROR, "invalid Unicode escape", bad.offset, &statement);
    details.hint = bad.hint;
    throw SqlError(std::move(details));
  }
  auto refused = refused_text(decoded_ ? decoded_->text() : statement.text);
  if (!refused) return;
  SqlError::Details details =
      details_of(refused->result_code, refused->words,
                 refused->names_offset ? std::optional(refused->offset) : std::nullopt, &statement);
  const std::size_t offset = decoded_ ? decoded_->source_offset(refused->offset) : refused->offset;
  details.place = sql::place_within(statement.place, statement.text, offset);
  details.kind = ErrorKind::denied;
  details.hint = std::move(refused->instead);
  throw SqlError(std::move(details));
}

BatchRunner::Prepared BatchRunner::prepare(const sql::ScriptStatement& statement) {
  if (dialect_ != nullptr) {
    dialect_->forget_refusal();
    check_text(statement);
  }
  const std::string_view text = decoded_ ? std::string_view(decoded_->text()) : statement.text;
  sqlite3_stmt* prepared = nullptr;
  const int result = sqlite3_prepare_v2(connection_.handle(), text.data(), static_cast<int>(text.size()),
                                        &prepared, nullptr);
  Prepared owner(prepared);
  if (result != SQLITE_OK) fail(result, &statement);
  if (!owner) throw Error(ErrorKind::invalid_input, "there is no SQL statement in this");
  return owner;
}

void BatchRunner::run_statement(const sql::ScriptStatement& statement, const SqlBatch& batch,
                                SqlResults& results) {
  using Clock = std::chrono::steady_clock;
  sqlite3* const database = connection_.handle();
  const auto start = Clock::now();
  const std::int64_t changes_before = sqlite3_total_changes64(database);
  const Prepared prepared = prepare(statement);
  const int columns = sqlite3_column_count(prepared.get());
  columns_.clear();
  for (int i = 0; i < columns; ++i) columns_.emplace_back(sqlite3_column_name(prepared.get(), i));
  results.begin(statement, columns_);
  SqlStatementStats stats;
  stats.runs = run_all(prepared.get(), statement, batch, results);
  stats.changes = sqlite3_total_changes64(database) - changes_before;
  stats.last_row_id = sqlite3_last_insert_rowid(database);
  const RowCounts rows = row_counts(prepared.get());
  stats.rows_read = rows.read;
  stats.rows_written = rows.written;
  stats.duration_ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  results.end(stats);
}

std::uint64_t BatchRunner::run_all(sqlite3_stmt* prepared, const sql::ScriptStatement& statement,
                                   const SqlBatch& batch, SqlResults& results) {
  const int count = sqlite3_bind_parameter_count(prepared);
  if (count == 0) {
    step_through(prepared, statement, results);
    return 1;
  }
  if (batch.parameters == nullptr) {
    throw Error(ErrorKind::usage,
                fmt::format("statement {} has {} parameter{}, but no value was given for it",
                            statement.place.number, count, count == 1 ? "" : "s"),
                "give values with --param VALUE, --param name=VALUE or --params-json FILE");
  }
  std::vector<std::string> names;
  for (int i = 1; i <= count; ++i) {
    const char* const name = sqlite3_bind_parameter_name(prepared, i);
    names.emplace_back(name == nullptr ? "" : name);
  }
  batch.parameters->begin(statement, names);
  std::uint64_t runs = 0;
  while (const std::vector<SqlValue>* values = batch.parameters->next()) {
    bind(prepared, *values);
    step_through(prepared, statement, results);
    ++runs;
    if (batch.pulse && runs % 1000 == 0) batch.pulse();
  }
  return runs;
}

void BatchRunner::step_through(sqlite3_stmt* prepared, const sql::ScriptStatement& statement,
                               SqlResults& results) {
  while (true) {
    const int result = sqlite3_step(prepared);
    if (result == SQLITE_DONE) break;
    if (result != SQLITE_ROW) {
      if (commits_each_ && sqlite3_stmt_readonly(prepared) == 0 && !is_certainly_undone(result) &&
          !is_about_sql(result)) {
        connection_.fail_commit(result);
      }
      fail(result, &statement);
    }
    cells_.clear();
    for (int i = 0; i < static_cast<int>(columns_.size()); ++i) cells_.push_back(cell_of(prepared, i));
    results.row(cells_);
  }
  sqlite3_reset(prepared);
}

void BatchRunner::bind(sqlite3_stmt* prepared, const std::vector<SqlValue>& values) const {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const SqlValue& value = values[i];
    const int at = static_cast<int>(i) + 1;
    int result = SQLITE_OK;
    switch (value.type) {
      case SqlType::null: result = sqlite3_bind_null(prepared, at); break;
      case SqlType::integer: result = sqlite3_bind_int64(prepared, at, value.integer); break;
      case SqlType::real: result = sqlite3_bind_double(prepared, at, value.real); break;
      case SqlType::text:
        if (!is_utf8(value.bytes)) {
          throw Error(ErrorKind::invalid_input, fmt::format("value {} is not UTF-8: \"{}\"", at,
                                                            shown(first_characters(value.bytes, 40))));
        }
        result = sqlite3_bind_text64(prepared, at, value.bytes.data(), value.bytes.size(), SQLITE_STATIC,
                                     SQLITE_UTF8);
        break;
      case SqlType::blob:
        result = sqlite3_bind_blob64(prepared, at, value.bytes.data(), value.bytes.size(), SQLITE_STATIC);
        break;
    }
    if (result != SQLITE_OK) fail(result, nullptr);
  }
}

}  // namespace corral::sqlite

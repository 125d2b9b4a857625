#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/byte_stream.hpp"
#include "backends/page_source.hpp"
#include "backends/sql_text/statement_reader.hpp"

namespace corral {

class RereadableInput;

/// The storage classes of SQLite (sqlite.org/datatype3.html).
enum class SqlType : unsigned char { null, integer, real, text, blob };

/// One value of a result row; `bytes` (of text and blob) is valid until the next row.
struct SqlCell {
  SqlType type = SqlType::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view bytes = {};
};

using SqlRow = std::span<const SqlCell>;

/// A value bound to a statement's parameter.
struct SqlValue {
  SqlType type = SqlType::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string bytes;

  static SqlValue of_integer(std::int64_t value) { return {SqlType::integer, value, 0, {}}; }
  static SqlValue of_real(double value) { return {SqlType::real, 0, value, {}}; }
  static SqlValue of_text(std::string value) { return {SqlType::text, 0, 0, std::move(value)}; }
  static SqlValue of_blob(std::string value) { return {SqlType::blob, 0, 0, std::move(value)}; }
};

/// Statistics of a statement, summed over all its runs.
struct SqlStatementStats {
  double duration_ms = 0;
  std::uint64_t runs = 1;    ///< one per set of parameters
  std::int64_t changes = 0;  ///< rows inserted, updated or deleted, including by triggers and foreign keys
  std::int64_t last_row_id = 0;    ///< of the batch's most recent INSERT
  std::uint64_t rows_read = 0;     ///< rows visited in tables and indexes
  std::uint64_t rows_written = 0;  ///< rows written in tables and indexes
};

/// Receives the results of a batch, statement by statement, while it runs. Throwing from a method aborts the
/// batch and rolls it back.
class SqlResults {
 public:
  virtual ~SqlResults() = default;

  /// A statement begins. `columns`: the names of its result columns; empty if it returns no rows.
  virtual void begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) = 0;
  virtual void row(SqlRow row) = 0;
  virtual void end(const SqlStatementStats& stats) = 0;

  /// A statement's whole result as the service that ran it describes it, a JSON object in wrangler's form, in
  /// place of `begin`, `row` and `end`. False: not wanted, so these follow.
  virtual bool take_answer(const std::string& json) {
    static_cast<void>(json);
    return false;
  }
};

/// For a batch whose results are not wanted.
class NoResults final : public SqlResults {
 public:
  void begin(const sql::ScriptStatement& /*statement*/,
             const std::vector<std::string>& /*columns*/) override {}
  void row(SqlRow /*row*/) override {}
  void end(const SqlStatementStats& /*stats*/) override {}
};

/// Supplies the parameter values of a batch.
class SqlParameters {
 public:
  virtual ~SqlParameters() = default;

  /// A statement with parameters begins. names[i] is the spelling of parameter i + 1: ":id", "?3", or empty
  /// for a plain "?".
  virtual void begin(const sql::ScriptStatement& statement, const std::vector<std::string>& names) = 0;

  /// The values for the statement's next run, one per parameter; nullptr: no more runs.
  virtual const std::vector<SqlValue>* next() = 0;

  /// All statements have run. Throws, which rolls back the batch, if any supplied values went unused.
  virtual void end() {}
};

/// What a user gave to run, for databases that are sent it as it is (SqlTraits::interactive): a text, or a
/// file.
struct SqlText {
  std::optional<std::string_view> text = {};
  std::function<std::unique_ptr<RereadableInput>()> file = {};  ///< if there is no text
};

/// Statements to run together.
struct SqlBatch {
  /// none: each statement commits on its own; only meant for single statements. read: one consistent
  /// snapshot, without blocking writers. write: holds the write lock from the first statement on.
  enum class Transaction { none, read, write };

  sql::StatementSource& statements;
  SqlParameters* parameters = nullptr;
  Transaction transaction = Transaction::write;
  bool roll_back = false;  ///< roll everything back at the end, as if it had failed
  /// Check foreign keys only after all statements have run, so that rows and even tables may come in any
  /// order. A violation rolls the batch back.
  bool references_at_end = false;

  /// Called periodically while statements run; throwing from it aborts the batch and rolls it back.
  std::function<void()> pulse = {};

  /// Where the statements come from, if from a text or a file of the user's.
  const SqlText* source = nullptr;
};

/// What differs by nature between databases.
struct SqlTraits {
  /// Statements run one by one in a transaction of the caller's: what follows can depend on results, and the
  /// batch can be rolled back at the end. false: a batch is one request, done as a whole or not at all, and
  /// only its statements decide what it does; SqlBatch::roll_back throws unavailable.
  bool interactive = true;
};

/// One table, view, index or trigger of a schema.
struct SqlSchemaItem {
  std::string type;  ///< "table", "virtual", "view", "index", "trigger"
  std::string name;
  std::string table;  ///< for an index or trigger the table it belongs to; otherwise its own name
  std::string sql;
  std::optional<std::uint64_t> rows;  ///< for a table, if rows were counted
};

struct SqlDatabaseInfo {
  std::vector<SqlSchemaItem> schema;  ///< without SQLite's and Cloudflare's internal tables
  std::uint64_t file_bytes = 0;       ///< size of the file and its WAL; 0: no file yet
  std::uint64_t page_size = 0;        ///< bytes
  std::uint64_t pages = 0;
  std::uint64_t free_pages = 0;
  std::string sqlite_version;
};

/// Options of an export.
struct SqlDumpOptions {
  bool schema = true;
  bool data = true;
  std::vector<std::string> tables = {};                ///< empty: all
  std::function<void(std::uint64_t rows)> pulse = {};  ///< called periodically with the rows written so far
  std::function<void(const std::string&)> warn = {};   ///< receives a sentence per omission
  std::vector<std::string> without = {};               ///< tables to leave out
  std::optional<std::string> compatibility = {};  ///< for what should read it: an account's database asks D1
};

/// One SQL database. What works on files and pages throws unavailable for a database of an account. Calls
/// wait up to 15 s for other processes and then throw Error (busy). SQL errors are thrown as SqlError; a
/// damaged file throws corrupt, a full disk io.
class SqlDatabase {
 public:
  virtual ~SqlDatabase() = default;

  /// Runs a batch atomically: durable when it returns; if it throws, nothing is stored, except that
  /// UnknownOutcome leaves either possible. Throws invalid_input if the batch has no statements.
  virtual void run(const SqlBatch& batch, SqlResults& results) = 0;

  virtual SqlDatabaseInfo info(bool count_rows) = 0;

  /// Writes SQL that recreates the database, in the format of D1's export (docs/reference/d1.md), from one
  /// consistent snapshot and in constant memory. Virtual tables become CREATE VIRTUAL TABLE plus statements
  /// that refill them. Throws not_found for a table that does not exist.
  virtual void dump(const SqlDumpOptions& options, ByteSink& sink) = 0;

  /// Durably copies the whole database into a new file, from one consistent snapshot. Throws conflict if the
  /// file exists.
  virtual void copy_to(const std::filesystem::path& file) = 0;

  /// Replaces the whole database with a file written by copy_to, in one transaction; other processes may have
  /// it open.
  virtual void replace_from(const std::filesystem::path& file) = 0;

  /// All its pages as of the call. No other method may be called while the result is alive. Requires that the
  /// database was opened unrestricted.
  virtual std::unique_ptr<PageSource> pages() = 0;

  /// Replaces the content with exactly these pages, in one transaction; other processes may have the file
  /// open and see the change at their next transaction. Returns the number of pages written, i.e. those that
  /// differed. Requires that the database was opened unrestricted. Throws corrupt if the pages are not a
  /// database, invalid_input if their size differs from the file's.
  virtual std::uint64_t replace_from(PageSource& pages) = 0;

  /// Rewrites the database so that its pages hold its rows and nothing else: what was deleted or overwritten
  /// is in none of them any more, nor in the indexes of FTS5. May take as much space again meanwhile. Not
  /// within a batch.
  virtual void purge() = 0;

  /// D1's dialect and limits apply to everything that runs from now on. No effect if they do already, as for
  /// an account's.
  virtual void restrict_to_d1() = 0;

  /// Path of its file, which need not exist yet.
  [[nodiscard]] virtual std::filesystem::path file() const = 0;

  [[nodiscard]] virtual SqlTraits traits() const { return {}; }
};

/// How to open a database.
struct SqlOpenOptions {
  bool create = false;        ///< create the file if missing; otherwise a missing file reads as empty
  bool unrestricted = false;  ///< plain SQLite, without D1's dialect and limits
};

/// The D1 databases of one state folder.
class SqlBackend {
 public:
  virtual ~SqlBackend() = default;

  /// The database with this id, which need not exist yet.
  virtual std::unique_ptr<SqlDatabase> open(std::string_view id, const SqlOpenOptions& options) = 0;

  /// An empty database, discarded on close. It needs a few MiB of memory whatever its size: the rest goes to
  /// nameless temporary files, encrypted with a key that is never written. `create` has no meaning.
  virtual std::unique_ptr<SqlDatabase> scratch(const SqlOpenOptions& options) = 0;
  /// The same with D1's dialect.
  std::unique_ptr<SqlDatabase> scratch() { return scratch({}); }

  /// Whether a database with this id is stored.
  virtual bool is_stored(std::string_view id) = 0;

  /// The database files, sorted by name; the databases' ids cannot be derived from the names.
  virtual std::vector<std::filesystem::path> stored_files() = 0;

  /// Deletes a database's content and, unless another process has it open, its file.
  virtual void drop(std::string_view id) = 0;
};

}  // namespace corral

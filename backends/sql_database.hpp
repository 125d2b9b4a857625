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

/// The storage classes of SQLite (sqlite.org/datatype3.html).
enum class SqlType : unsigned char { null, integer, real, text, blob };

/// One value of a result row; `bytes` (of text and blob) is alive until the next row.
struct SqlCell {
  SqlType type = SqlType::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view bytes;
};

using SqlRow = std::span<const SqlCell>;

/// A value that is given to a statement.
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

/// What a statement did, over all its runs.
struct SqlStatementStats {
  double duration_ms = 0;
  std::uint64_t runs = 1;          ///< how many times it ran: once for each set of parameters
  std::int64_t changes = 0;        ///< rows inserted, updated or deleted, by triggers and foreign keys too
  std::int64_t last_row_id = 0;    ///< of the last INSERT of the batch so far
  std::uint64_t rows_read = 0;     ///< rows visited, of tables and of indexes
  std::uint64_t rows_written = 0;  ///< rows written, of tables and of indexes
};

/// Who receives the results of a batch, statement by statement, while it runs. What a method throws ends the
/// batch and undoes it.
class SqlResults {
 public:
  virtual ~SqlResults() = default;

  /// A statement begins. `columns`: the names of its result columns; empty if it gives no rows.
  virtual void begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) = 0;
  virtual void row(SqlRow row) = 0;
  virtual void end(const SqlStatementStats& stats) = 0;
};

/// Where the values for a batch's parameters come from.
class SqlParameters {
 public:
  virtual ~SqlParameters() = default;

  /// A statement with parameters begins. names[i] is how parameter i + 1 is written: ":id", "?3", or empty
  /// for a plain "?".
  virtual void begin(const sql::ScriptStatement& statement, const std::vector<std::string>& names) = 0;

  /// The values for one run of that statement, one for each parameter; nullptr: it has had all its runs.
  virtual const std::vector<SqlValue>* next() = 0;

  /// All statements have run. Throws, which undoes the batch, if values were given that none of them took.
  virtual void end() {}
};

/// Statements that run together.
struct SqlBatch {
  /// none: each statement for itself, which only a single one should do. read: on one state of the data,
  /// taking no lock that a writer waits for. write: holding the write lock from the first statement on.
  enum class Transaction { none, read, write };

  sql::StatementSource& statements;
  SqlParameters* parameters = nullptr;
  Transaction transaction = Transaction::write;
  bool roll_back = false;  ///< undo everything at the end, as if it had failed
  /// Foreign keys are checked once all statements have run, and not before, so that rows and even tables may
  /// come in any order. What is violated then undoes the batch.
  bool references_at_end = false;

  /// Called again and again while statements run; what it throws ends the batch and undoes it.
  std::function<void()> pulse = {};
};

/// One table, view, index or trigger of a schema.
struct SqlSchemaItem {
  std::string type;  ///< "table", "virtual", "view", "index", "trigger"
  std::string name;
  std::string table;  ///< that an index or trigger belongs to; else its own name
  std::string sql;
  std::optional<std::uint64_t> rows;  ///< of a table, if they were counted
};

struct SqlDatabaseInfo {
  std::vector<SqlSchemaItem> schema;  ///< without what SQLite and Cloudflare keep for themselves
  std::uint64_t file_bytes = 0;       ///< of the file and its write-ahead log; 0: there is no file yet
  std::uint64_t page_size = 0;        ///< bytes
  std::uint64_t pages = 0;
  std::uint64_t free_pages = 0;
  std::string sqlite_version;
};

/// What an export holds.
struct SqlDumpOptions {
  bool schema = true;
  bool data = true;
  std::vector<std::string> tables = {};  ///< empty: all
  std::function<void(std::uint64_t rows)> pulse =
      {};                                             ///< called again and again with the rows written so far
  std::function<void(const std::string&)> warn = {};  ///< what the export has to leave out, as a sentence
  std::vector<std::string> without = {};              ///< tables that are left out
};

/// One database of SQL. Calls wait up to 15 s for other processes and then throw Error (busy). What SQLite
/// has against a statement is a SqlError; damaged files are corrupt, a full disk io.
class SqlDatabase {
 public:
  virtual ~SqlDatabase() = default;

  /// Runs a batch: all of it, durable when it returns, or nothing; either if it throws UnknownOutcome. Throws
  /// invalid_input if it holds no statement.
  virtual void run(const SqlBatch& batch, SqlResults& results) = 0;

  virtual SqlDatabaseInfo info(bool count_rows) = 0;

  /// Writes the SQL that makes the database again, in the format of D1's export (docs/reference/d1.md), from
  /// one state of the data and in constant memory. Virtual tables become CREATE VIRTUAL TABLE and what fills
  /// them again. Throws not_found for a table that does not exist.
  virtual void dump(const SqlDumpOptions& options, ByteSink& sink) = 0;

  /// Copies the whole database into a new file, durably, from one state of the data. Throws conflict if the
  /// file exists.
  virtual void copy_to(const std::filesystem::path& file) = 0;

  /// Replaces the whole database by a file that copy_to made, in one transaction; others may have it open.
  virtual void replace_from(const std::filesystem::path& file) = 0;

  /// All its pages as of the moment of the call. While the result lives, nothing else may be asked of this
  /// object. Only if it was opened unrestricted.
  virtual std::unique_ptr<PageSource> pages() = 0;

  /// Makes it hold exactly these pages, in one transaction; others may have it open, and see it at their next
  /// transaction. Returns how many pages were written: those that differed. Only if it was opened
  /// unrestricted. Throws corrupt if they are no database, invalid_input if their size is another.
  virtual std::uint64_t replace_from(PageSource& pages) = 0;

  /// The file that holds it, whether it exists yet or not.
  [[nodiscard]] virtual std::filesystem::path file() const = 0;
};

/// What a database is opened for.
struct SqlOpenOptions {
  bool create = false;        ///< make the file if there is none; otherwise a missing one reads as empty
  bool unrestricted = false;  ///< SQLite as it is, without D1's dialect and limits
};

/// The D1 databases of one state folder.
class SqlBackend {
 public:
  virtual ~SqlBackend() = default;

  /// The database with this id. Never fails because it does not exist yet.
  virtual std::unique_ptr<SqlDatabase> open(std::string_view id, const SqlOpenOptions& options) = 0;

  /// An empty database in memory with D1's dialect, gone when it is closed.
  virtual std::unique_ptr<SqlDatabase> scratch() = 0;

  /// Whether a database with this id is stored.
  virtual bool is_stored(std::string_view id) = 0;

  /// The files that hold databases, by name: their ids cannot be read off them.
  virtual std::vector<std::filesystem::path> stored_files() = 0;

  /// Removes everything in a database and, if no other process has it open, its file.
  virtual void drop(std::string_view id) = 0;
};

}  // namespace corral

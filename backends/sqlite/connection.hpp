#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backends/sql_database.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace corral::sqlite {

class Connection;

/// One prepared statement. Parameters are numbered from 1 and columns from 0, as in SQLite. Bound text must
/// stay alive until the statement is reset; text read is valid until the next step. Throws Error as
/// Connection does.
class Statement {
 public:
  Statement(Statement&&) noexcept = default;
  Statement& operator=(Statement&&) noexcept = default;

  Statement& bind(int parameter, std::string_view text);
  Statement& bind(int parameter, std::int64_t number);
  Statement& bind_blob(int parameter, std::string_view bytes);
  Statement& bind_null(int parameter);
  Statement& bind(int parameter, const std::optional<std::string>& text);
  Statement& bind(int parameter, const std::optional<std::int64_t>& number);

  /// Steps to the next row; false: done, and the statement has been reset for the next run.
  bool step();
  /// Runs to completion, ignoring rows.
  void run();
  void reset();

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] SqlCell cell(int column) const;
  [[nodiscard]] int columns() const;
  [[nodiscard]] std::optional<std::string> optional_text(int column) const;
  [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const;

 private:
  friend class Connection;
  Statement(const Connection& connection, sqlite3_stmt* statement);

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  const Connection* connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// An open database of the local state, and the only place that opens SQLite for it. Files are in WAL mode
/// with synchronous=FULL, so a committed transaction survives power loss. Other processes (including
/// `wrangler dev`) may have the file open: calls wait up to 15 s for their locks. On closing, the WAL is
/// checkpointed only once it holds 64 pages, so that most commands do not pay for it.
///
/// Errors: busy (timed out waiting for a lock), corrupt (damaged or not a database), io (disk full,
/// permission, read error), denied (a symbolic link in the path, or in place of the file or its -wal or
/// -shm), limit (too big), invalid_input (anything else, with SQLite's message); each names the file.
class Connection {
 public:
  /// Opens an existing file; nullopt if there is none.
  static std::optional<Connection> open_existing(const std::filesystem::path& file);

  /// Opens the file in WAL mode, creating it and its folders if needed.
  static Connection open_or_create(const std::filesystem::path& file);

  /// Opens a file that is not written to while open, such as a finished copy: takes no locks, ignores any WAL
  /// and creates no files next to it, which takes a third of the time. Throws io if there is none.
  static Connection open_unchanging(const std::filesystem::path& file);

  [[nodiscard]] Statement prepare(std::string_view sql) const;

  /// Runs one or more statements without results.
  void execute(const std::string& sql) const;

  /// The first column of a query's first row, or 0 if it returns no row.
  [[nodiscard]] std::int64_t integer(std::string_view query) const;

  /// Whether the schema has a table of this name.
  [[nodiscard]] bool has_table(std::string_view name) const;

  [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }

  /// Checkpoints and truncates the WAL on closing, to reclaim the pages left in it by a long rolled-back
  /// transaction.
  void fold_log_on_closing() const noexcept;

  /// Checkpoints the WAL and truncates it to zero, unless others are using it; never waits.
  void fold_log() const noexcept;

  /// An empty in-memory database, standing in for a file that does not exist.
  static Connection in_memory();

  /// An empty database that lives as long as the connection. What does not fit into the page cache spills to
  /// sealed files (sealed_vfs.hpp), so that nothing of it is on the disk readably, nor left behind after a
  /// crash. It can attach no other database.
  static Connection temporary();

  /// Throws the Error for the last failed call, which returned this result code.
  [[noreturn]] void fail(int result_code) const;

  /// The same for a COMMIT, or for a statement that commits by itself. Throws UnknownOutcome unless SQLite is
  /// certain to have rolled back: once it has started writing the commit to the WAL, an error does not undo
  /// what was written, and the next process to open the file may find it.
  [[noreturn]] void fail_commit(int result_code) const;

  /// The raw SQLite handle, for use within backends/sqlite only.
  [[nodiscard]] sqlite3* handle() const noexcept { return database_.get(); }

 private:
  friend class WriteTransaction;
  Connection(const std::filesystem::path& file, int flags);
  Connection(std::filesystem::path file, const std::string& name, int flags, const char* vfs = nullptr);

  /// The WAL's length in pages, as of this connection's last write to it.
  struct LogLength {
    int pages = 0;
  };
  struct Close {
    const LogLength* log;
    void operator()(sqlite3* database) const noexcept;
  };
  static int note_log_length(void* log, sqlite3* database, const char* schema, int pages) noexcept;

  std::filesystem::path file_;
  std::unique_ptr<LogLength> log_;
  std::unique_ptr<sqlite3, Close> database_;
};

/// While alive, the connection reads one consistent snapshot, whatever others write.
class ReadTransaction {
 public:
  explicit ReadTransaction(const Connection& connection);
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;
  ~ReadTransaction();

 private:
  const Connection& connection_;
};

/// A transaction that holds the write lock from its start. Rolled back unless committed. If rows reference
/// blobs, wrangler::ValueTransaction handles those.
class WriteTransaction {
 public:
  explicit WriteTransaction(const Connection& connection);
  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;
  ~WriteTransaction();

  /// Durable when it returns. Throws UnknownOutcome if an I/O error leaves it uncertain whether the
  /// transaction is stored; after any other Error it is not.
  void commit();

 private:
  const Connection& connection_;
  bool open_ = true;
};

/// The value of a column (0-based) of a statement's current row; its bytes are valid until the next step.
SqlCell cell_of(sqlite3_stmt* prepared, int column);

}  // namespace corral::sqlite

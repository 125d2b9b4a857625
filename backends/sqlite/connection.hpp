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

/// One prepared statement. Parameters and columns count as SQLite counts them: from 1 and from 0. Text
/// that is bound must stay alive until the statement is reset; text that is read stays alive until the
/// next step. Throws Error as Connection does.
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

  /// Runs to the next row; false: done, and the statement is reset for the next run.
  bool step();
  /// Runs to the end, ignoring rows.
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

/// An open database of the local state: the one place that opens SQLite for it. Files are in WAL mode,
/// with synchronous=FULL, so a committed transaction survives a power loss. Other processes (among them
/// `wrangler dev`) may have the file open: calls wait up to 15 s for their locks. The write-ahead log is
/// left in place on closing and folded in once it holds 64 pages, so that a command need not pay for it.
///
/// Errors: busy (a lock was held all that time), corrupt (damaged or not a database), io (disk full,
/// permission, read error), denied (a symbolic link leads to the file, or is in the place of it or of the
/// -wal and -shm beside it), limit (too big), invalid_input (anything else, with SQLite's words); each names
/// the file.
class Connection {
 public:
  /// Opens an existing file; nullopt if there is none.
  static std::optional<Connection> open_existing(const std::filesystem::path& file);

  /// Opens the file, making it and its folders if needed, in WAL mode.
  static Connection open_or_create(const std::filesystem::path& file);

  /// Opens a file that nobody writes to as long as it is open, such as a finished copy: nothing is locked, no
  /// write-ahead log is looked at, and no file is made beside it, which takes a third of the time. Throws io
  /// if there is none.
  static Connection open_unchanging(const std::filesystem::path& file);

  [[nodiscard]] Statement prepare(std::string_view sql) const;

  /// Runs one or more statements without results.
  void execute(const std::string& sql) const;

  /// Whether the schema has a table of this name.
  [[nodiscard]] bool has_table(std::string_view name) const;

  [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }

  /// A long transaction that was undone leaves its pages in the write-ahead log: folds the log in on closing,
  /// so that they take no space.
  void fold_log_on_closing() const noexcept;

  /// Folds the write-ahead log in and cuts it to nothing, unless others are using it: it waits for nobody.
  void fold_log() const noexcept;

  /// A database in memory, empty: what a file that does not exist reads as.
  static Connection in_memory();

  /// An empty database that lives as long as the connection, on the disk once it is big. Nothing is left of
  /// it even after a crash.
  static Connection temporary();

  /// Throws the Error that the last failed call with this result code means.
  [[noreturn]] void fail(int result_code) const;

  /// The same for a COMMIT, or for a statement that commits by itself. Throws UnknownOutcome unless SQLite is
  /// certain to have undone the transaction: once it has begun to write the commit to the log, an error does
  /// not take back what has been written, and the next process to open the file finds it.
  [[noreturn]] void fail_commit(int result_code) const;

  /// SQLite's own handle, for what lies beside this file in backends/sqlite.
  [[nodiscard]] sqlite3* handle() const noexcept { return database_.get(); }

 private:
  friend class WriteTransaction;
  Connection(const std::filesystem::path& file, int flags);
  Connection(std::filesystem::path file, const std::string& name, int flags);

  /// How long the write-ahead log is, in pages, as far as this connection has written to it.
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

/// While one of these lives, the connection reads one state of the data, whatever others write.
class ReadTransaction {
 public:
  explicit ReadTransaction(const Connection& connection);
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;
  ~ReadTransaction();

 private:
  const Connection& connection_;
};

/// A transaction that has the write lock from its start. Rolled back unless committed. Where rows name files,
/// wrangler::ValueTransaction decides what becomes of these.
class WriteTransaction {
 public:
  explicit WriteTransaction(const Connection& connection);
  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;
  ~WriteTransaction();

  /// Durable when it returns. Throws UnknownOutcome if an I/O error leaves open whether it is stored; after
  /// any other Error it is not.
  void commit();

 private:
  const Connection& connection_;
  bool open_ = true;
};

/// The value of a column (from 0) of the row that a statement stands on; its bytes live until the next step.
SqlCell cell_of(sqlite3_stmt* prepared, int column);

}  // namespace corral::sqlite

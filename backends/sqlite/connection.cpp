#include "backends/sqlite/connection.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/platform/flush.hpp"
#include "backends/sqlite/failure.hpp"
#include "backends/sqlite/result_words.hpp"
#include "backends/sqlite/sealed_vfs.hpp"
#include "backends/unknown_outcome.hpp"

namespace corral::sqlite {

namespace {

constexpr int busy_timeout_ms = 15'000;

/// A long-lived connection checkpoints at SQLite's default WAL length, closing one at a lower threshold: the
/// first process to open the file reads the whole WAL (about 3 us per page), while a checkpoint costs two
/// flushes (about 1 ms), so neither every read nor every write pays much.
constexpr int checkpoint_pages = 1000;
constexpr int fold_from_pages = 64;

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

Statement::Statement(const Connection& connection, sqlite3_stmt* statement)
    : connection_(&connection), statement_(statement) {}

Statement& Statement::bind(int parameter, std::string_view text) {
  const char* start = text.data() == nullptr ? "" : text.data();
  const int result =
      sqlite3_bind_text64(statement_.get(), parameter, start, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (result != SQLITE_OK) connection_->fail(result);
  return *this;
}

Statement& Statement::bind(int parameter, std::int64_t number) {
  const int result = sqlite3_bind_int64(statement_.get(), parameter, number);
  if (result != SQLITE_OK) connection_->fail(result);
  return *this;
}

Statement& Statement::bind_blob(int parameter, std::string_view bytes) {
  const char* start = bytes.data() == nullptr ? "" : bytes.data();
  const int result = sqlite3_bind_blob64(statement_.get(), parameter, start, bytes.size(), SQLITE_STATIC);
  if (result != SQLITE_OK) connection_->fail(result);
  return *this;
}

Statement& Statement::bind_null(int parameter) {
  const int result = sqlite3_bind_null(statement_.get(), parameter);
  if (result != SQLITE_OK) connection_->fail(result);
  return *this;
}

Statement& Statement::bind(int parameter, const std::optional<std::string>& text) {
  return text ? bind(parameter, std::string_view(*text)) : bind_null(parameter);
}

Statement& Statement::bind(int parameter, const std::optional<std::int64_t>& number) {
  return number ? bind(parameter, *number) : bind_null(parameter);
}

bool Statement::step() {
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  sqlite3_reset(statement_.get());
  if (result != SQLITE_DONE) connection_->fail(result);
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::string_view Statement::text(int column) const {
  const void* start = sqlite3_column_text(statement_.get(), column);
  if (start == nullptr) return {};
  const auto length = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return {static_cast<const char*>(start), length};
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

SqlCell Statement::cell(int column) const {
  return cell_of(statement_.get(), column);
}

int Statement::columns() const {
  return sqlite3_column_count(statement_.get());
}

std::optional<std::string> Statement::optional_text(int column) const {
  if (is_null(column)) return std::nullopt;
  return std::string(text(column));
}

std::optional<std::int64_t> Statement::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

void Connection::Close::operator()(sqlite3* database) const noexcept {
  if (log != nullptr && log->pages >= fold_from_pages) {
    // Only if the lock is free: others may be reading, and the WAL is valid as it is.
    sqlite3_busy_timeout(database, 0);
    // Truncating the WAL needs the write lock, for which `wrangler dev` does not wait. A passive checkpoint
    // does not, so running it first keeps the lock time short.
    sqlite3_wal_checkpoint_v2(database, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    sqlite3_wal_checkpoint_v2(database, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  }
  sqlite3_close_v2(database);
}

int Connection::note_log_length(void* log, sqlite3* database, const char* schema, int pages) noexcept {
  static_cast<LogLength*>(log)->pages = pages;
  if (pages >= checkpoint_pages) {
    sqlite3_wal_checkpoint_v2(database, schema, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  }
  return SQLITE_OK;
}

Connection::Connection(const std::filesystem::path& file, int flags)
    : Connection(file, file.native(), flags) {}

Connection::Connection(std::filesystem::path file, const std::string& name, int flags, const char* vfs)
    : file_(std::move(file)), log_(std::make_unique<LogLength>()), database_(nullptr, Close{log_.get()}) {
  sqlite3* database = nullptr;
  const int result =
      sqlite3_open_v2(name.c_str(), &database, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, vfs);
  database_.reset(database);
  if (result != SQLITE_OK) throw failure_of(database, result, file_);
  sqlite3_extended_result_codes(database, 1);
  sqlite3_busy_timeout(database, busy_timeout_ms);
  sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_wal_hook(database, note_log_length, log_.get());
  if (const std::string setting(platform::sqlite_flush_setting()); !setting.empty()) execute(setting);
}

std::optional<Connection> Connection::open_existing(const std::filesystem::path& file) {
  if (!nofollow::regular_file_status(file)) {
    nofollow::refuse_links(file);
    return std::nullopt;
  }
  return Connection(file, SQLITE_OPEN_READWRITE);
}

Connection Connection::open_unchanging(const std::filesystem::path& file) {
  std::string uri = "file:";
  const std::filesystem::path absolute = std::filesystem::absolute(file);
  for (const char c : absolute.native()) {
    uri += c == '?' || c == '#' || c == '%' ? fmt::format("%{:02x}", static_cast<unsigned char>(c))
                                            : std::string(1, c);
  }
  return {file, uri + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI};
}

void Connection::fold_log_on_closing() const noexcept {
  log_->pages = std::max(log_->pages, fold_from_pages);
}

void Connection::fold_log() const noexcept {
  sqlite3_busy_timeout(database_.get(), 0);
  sqlite3_wal_checkpoint_v2(database_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  sqlite3_wal_checkpoint_v2(database_.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(database_.get(), busy_timeout_ms);
}

Connection Connection::in_memory() {
  return {":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE};
}

Connection Connection::temporary() {
  Connection connection("a temporary database", "", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, sealed_vfs());
  sqlite3_limit(connection.handle(), SQLITE_LIMIT_ATTACHED, 0);
  return connection;
}

Connection Connection::open_or_create(const std::filesystem::path& file) {
  if (auto existing = open_existing(file)) {
    Statement mode = existing->prepare("PRAGMA journal_mode");
    if (mode.step() && mode.text(0) == "wal") return std::move(*existing);
  }
  nofollow::make_folders(file.parent_path());
  Connection connection(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  // If two processes create the same file concurrently, SQLite reports busy here without waiting.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(busy_timeout_ms);
  while (true) {
    try {
      connection.execute("PRAGMA journal_mode = WAL");
      return connection;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::busy || std::chrono::steady_clock::now() > deadline) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
}

Statement Connection::prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  const int result =
      sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  if (result != SQLITE_OK) fail(result);
  return {*this, statement};
}

void Connection::execute(const std::string& sql) const {
  const int result = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) fail(result);
}

bool Connection::has_table(std::string_view name) const {
  Statement statement = prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1");
  return statement.bind(1, name).step();
}

std::int64_t Connection::integer(std::string_view query) const {
  Statement statement = prepare(query);
  return statement.step() ? statement.integer(0) : 0;
}

void Connection::fail(int result_code) const {
  throw failure_of(database_.get(), result_code, file_);
}

void Connection::fail_commit(int result_code) const {
  const char* const name = sqlite3_db_filename(database_.get(), "main");
  const bool is_temporary = name == nullptr || *name == '\0';
  if (is_temporary || is_certainly_undone(result_code)) fail(result_code);
  throw UnknownOutcome(fmt::format("the change to {}", shown(file_.native())),
                       reason_of(database_.get(), result_code));
}

ReadTransaction::ReadTransaction(const Connection& connection) : connection_(connection) {
  connection_.execute("BEGIN");
}

ReadTransaction::~ReadTransaction() {
  sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

WriteTransaction::WriteTransaction(const Connection& connection) : connection_(connection) {
  connection_.execute("BEGIN IMMEDIATE");
}

WriteTransaction::~WriteTransaction() {
  if (open_) sqlite3_exec(connection_.database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void WriteTransaction::commit() {
  const int result = sqlite3_exec(connection_.handle(), "COMMIT", nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) connection_.fail_commit(result);
  open_ = false;
}

SqlCell cell_of(sqlite3_stmt* prepared, int column) {
  SqlCell cell;
  switch (sqlite3_column_type(prepared, column)) {
    case SQLITE_INTEGER:
      cell.type = SqlType::integer;
      cell.integer = sqlite3_column_int64(prepared, column);
      break;
    case SQLITE_FLOAT:
      cell.type = SqlType::real;
      cell.real = sqlite3_column_double(prepared, column);
      break;
    case SQLITE_NULL: break;
    default: {
      const bool text = sqlite3_column_type(prepared, column) == SQLITE_TEXT;
      cell.type = text ? SqlType::text : SqlType::blob;
      const void* const start = text ? static_cast<const void*>(sqlite3_column_text(prepared, column))
                                     : sqlite3_column_blob(prepared, column);
      const auto length = static_cast<std::size_t>(sqlite3_column_bytes(prepared, column));
      if (start != nullptr) cell.bytes = {static_cast<const char*>(start), length};
    }
  }
  return cell;
}

}  // namespace corral::sqlite

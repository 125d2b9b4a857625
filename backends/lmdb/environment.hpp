#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct MDB_env;
struct MDB_txn;
struct MDB_cursor;

namespace corral::lmdb {

/// The longest key that LMDB takes (Debian's build).
inline constexpr std::size_t max_key_bytes = 511;

/// A named database within a transaction.
struct Database {
  unsigned handle = 0;
};

/// Walks a database in key order. Valid until its transaction writes to another place or ends.
class Cursor {
 public:
  using Record = std::pair<std::string_view, std::string_view>;
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  ~Cursor();

  /// The first record whose key is at least `key` (not empty); nullopt: there is none.
  std::optional<Record> seek(std::string_view key);
  std::optional<Record> first();
  std::optional<Record> next();

 private:
  friend class Transaction;
  explicit Cursor(MDB_cursor* cursor) : cursor_(cursor) {}
  std::optional<Record> move(std::string_view key, int operation);
  MDB_cursor* cursor_;
};

/// What can be done within Environment::read and Environment::write. Views into records are valid until the
/// transaction ends, or writes. Throws Error (corrupt, io, limit).
class Transaction {
 public:
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// The named database, or nullopt if it does not exist.
  std::optional<Database> find(const std::string& name);
  /// The named database, made if it does not exist. Only in a write.
  Database make(const std::string& name);

  std::optional<std::string_view> get(Database database, std::string_view key);
  void put(Database database, std::string_view key, std::string_view value);
  /// False if there was no such key.
  bool erase(Database database, std::string_view key);
  /// Removes a named database with all that is in it.
  void drop(Database database);
  Cursor cursor(Database database);
  std::uint64_t count(Database database);

  /// The names of all databases.
  std::vector<std::string> names();

  /// In a write: a number that no other write transaction of this environment has had. In a read: that of the
  /// last write it sees.
  std::uint64_t id() const;

 private:
  friend class Environment;
  explicit Transaction(MDB_txn* transaction) : transaction_(transaction) {}
  std::optional<Database> open(const std::string& name, unsigned flags);
  MDB_txn* transaction_;
  std::vector<unsigned> opened_;
};

/// The LMDB environment of one state folder, `<state>/v3/corral/` (data.mdb and lock.mdb). Opened when first
/// used; reading where there is none creates nothing.
///
/// Processes: any number may read at once. One writes at a time; the others wait for it without a limit,
/// which is safe because writers never wait for anything but the disk while they hold the lock, and because
/// the lock of a writer that died is taken over by the next. Slots of readers that died are cleared before a
/// write. The map grows as needed, by doubling. A write is durable (flushed) when `write` returns.
class Environment {
 public:
  /// Whether a write waits for the disk. `never`: it survives the process, but a power loss can damage the
  /// whole environment; only for what may be lost.
  enum class Flush { always, never };

  explicit Environment(std::filesystem::path folder, Flush flush = Flush::always)
      : folder_(std::move(folder)), flush_(flush) {}
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment();

  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }

  /// Runs `body` on one state of the data; false, without running it, if there is no environment yet.
  bool read(const std::function<void(Transaction&)>& body);

  /// Runs `body` and commits what it wrote, all or nothing. When the map is too small, it grows and `body`
  /// runs again from the start: it must not change anything else. An exception from `body` undoes all. Throws
  /// UnknownOutcome if the disk fails at the very last write.
  void write(const std::function<void(Transaction&)>& body);

  /// Closes the environment until it is used again. A process that writes much seems to grow with the pages
  /// of the map that it has touched; closing lets go of them, and the file system's cache keeps them.
  void close() noexcept;

  /// The id of the last write that was committed, by whomever; 0 if there is no environment yet. A read that
  /// has the same id has seen the last.
  std::uint64_t last_write();

  /// Bytes of the map at present.
  std::uint64_t map_bytes();

 private:
  bool open(bool create);
  /// `needed`: how long it must be, in bytes.
  bool is_file_short(int& descriptor, std::uint64_t& needed) const;
  void lengthen_file() noexcept;
  static bool are_free(Transaction& transaction, std::uint64_t first, std::uint64_t last);
  void check_file_is_whole();
  MDB_txn* begin(unsigned flags);
  void grow();
  [[noreturn]] void fail_commit(int code);
  void close_handles(const Transaction& transaction);

  std::filesystem::path folder_;
  Flush flush_;
  MDB_env* environment_ = nullptr;
};

}  // namespace corral::lmdb

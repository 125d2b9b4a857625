#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct MDB_txn;
struct MDB_cursor;

namespace corral::lmdb {

/// The longest key LMDB accepts (as built by Debian).
inline constexpr std::size_t max_key_bytes = 511;

/// The number of named databases that one transaction can open.
inline constexpr unsigned max_databases = 256;

/// A named database within a transaction.
struct Database {
  unsigned handle = 0;
  bool has_versions = false;  ///< each non-empty value is stored with a version prefix
};

/// Walks a database in key order. Valid until its transaction writes anywhere else or ends.
class Cursor {
 public:
  using Record = std::pair<std::string_view, std::string_view>;
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  ~Cursor();

  /// The first record whose key is at least `key` (not empty), or nullopt.
  std::optional<Record> seek(std::string_view key);
  std::optional<Record> first();
  std::optional<Record> next();

 private:
  friend class Transaction;
  Cursor(MDB_cursor* cursor, bool has_versions, const std::filesystem::path& environment)
      : cursor_(cursor), has_versions_(has_versions), environment_(environment) {}
  std::optional<Record> move(std::string_view key, int operation);
  MDB_cursor* cursor_;
  bool has_versions_;
  const std::filesystem::path& environment_;
};

/// The operations available within Environment::read and Environment::write. Views into records are valid
/// until the transaction ends or writes. Values are passed without the version that is stored with them
/// (record_format.hpp). Throws Error: corrupt, io, limit; unavailable for a record of a newer corral.
class Transaction {
 public:
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// The named database, or nullopt if it does not exist.
  std::optional<Database> find(const std::string& name);
  /// The named database, created if necessary. Only in a write.
  Database make(const std::string& name);

  std::optional<std::string_view> get(Database database, std::string_view key);
  void put(Database database, std::string_view key, std::string_view value);
  /// False if the key did not exist.
  bool erase(Database database, std::string_view key);
  /// Removes a named database and its contents.
  void drop(Database database);
  Cursor cursor(Database database);
  std::uint64_t count(Database database);

  /// The names of all databases, in byte order.
  std::vector<std::string> names();

  /// In a write: a number that no other write transaction of this environment has had. In a read: the id of
  /// the last write it sees.
  std::uint64_t id() const;

 private:
  friend class Environment;
  Transaction(MDB_txn* transaction, const std::filesystem::path& environment)
      : transaction_(transaction), environment_(environment) {}
  /// First step: reads the environment's format version. Throws unavailable if it is newer.
  void learn_format();
  /// Second step, in a write: upgrades an environment that has no versions.
  void upgrade_format();
  void add_versions(Database database);
  /// A batch of the keys after this one, in order (empty: from the first); empty at the end.
  std::vector<std::string> keys_after(Database database, std::string_view last);
  Database unnamed_database();
  std::optional<Database> open(const std::string& name, unsigned flags);
  MDB_txn* transaction_;
  const std::filesystem::path& environment_;
  bool has_versions_ = false;
  std::vector<unsigned> opened_;
};

}  // namespace corral::lmdb

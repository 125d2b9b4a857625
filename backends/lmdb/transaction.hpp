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

/// The longest key that LMDB takes (Debian's build).
inline constexpr std::size_t max_key_bytes = 511;

/// Named databases that one transaction can open.
inline constexpr unsigned max_databases = 256;

/// A named database within a transaction.
struct Database {
  unsigned handle = 0;
  bool has_versions = false;  ///< each value but an empty one is stored with a version before it
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
  Cursor(MDB_cursor* cursor, bool has_versions, const std::filesystem::path& environment)
      : cursor_(cursor), has_versions_(has_versions), environment_(environment) {}
  std::optional<Record> move(std::string_view key, int operation);
  MDB_cursor* cursor_;
  bool has_versions_;
  const std::filesystem::path& environment_;
};

/// What can be done within Environment::read and Environment::write. Views into records are valid until the
/// transaction ends, or writes. Values go in and come out without the version that each is stored with
/// (record_format.hpp). Throws Error: corrupt, io, limit; unavailable for a record of a newer corral.
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

  /// The names of all databases, in byte order.
  std::vector<std::string> names();

  /// In a write: a number that no other write transaction of this environment has had. In a read: that of the
  /// last write it sees.
  std::uint64_t id() const;

 private:
  friend class Environment;
  Transaction(MDB_txn* transaction, const std::filesystem::path& environment)
      : transaction_(transaction), environment_(environment) {}
  /// The first step: learns the version of the environment's format. Throws unavailable if it is newer.
  void learn_format();
  /// In a write, the second: brings an environment without versions up to date.
  void upgrade_format();
  void add_versions(Database database);
  /// Some of the keys after this one, in order (empty: from the first); none at the end.
  std::vector<std::string> keys_after(Database database, std::string_view last);
  Database unnamed_database();
  std::optional<Database> open(const std::string& name, unsigned flags);
  MDB_txn* transaction_;
  const std::filesystem::path& environment_;
  bool has_versions_ = false;
  std::vector<unsigned> opened_;
};

}  // namespace corral::lmdb

#include "backends/lmdb/transaction.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <lmdb.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/lmdb/lmdb_failure.hpp"
#include "backends/lmdb/record_format.hpp"

namespace corral::lmdb {

namespace {

constexpr std::size_t max_upgraded_databases = max_databases - 32;

MDB_val value_of(std::string_view bytes) {
  return {bytes.size(), const_cast<char*>(bytes.data())};  // LMDB does not write through it
}

std::string_view bytes_of(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

}  // namespace

Cursor::~Cursor() {
  mdb_cursor_close(cursor_);
}

std::optional<Cursor::Record> Cursor::move(std::string_view key, int operation) {
  MDB_val key_value = value_of(key);
  MDB_val data{};
  const int code = mdb_cursor_get(cursor_, &key_value, &data, static_cast<MDB_cursor_op>(operation));
  if (code == MDB_NOTFOUND) return std::nullopt;
  check(code, "cannot read the LMDB environment");
  const std::string_view stored = bytes_of(data);
  return Record{bytes_of(key_value), has_versions_ ? without_version(stored, environment_) : stored};
}

std::optional<Cursor::Record> Cursor::seek(std::string_view key) {
  return move(key, MDB_SET_RANGE);
}
std::optional<Cursor::Record> Cursor::first() {
  return move({}, MDB_FIRST);
}
std::optional<Cursor::Record> Cursor::next() {
  return move({}, MDB_NEXT);
}

std::optional<Database> Transaction::open(const std::string& name, unsigned flags) {
  MDB_dbi handle = 0;
  const int code = mdb_dbi_open(transaction_, name.c_str(), flags, &handle);
  if (code == MDB_NOTFOUND) return std::nullopt;
  check(code, "cannot open a database of the LMDB environment");
  opened_.push_back(handle);
  return Database{handle, has_versions_ && holds_records(name)};
}

std::optional<Database> Transaction::find(const std::string& name) {
  return open(name, 0);
}

Database Transaction::make(const std::string& name) {
  return *open(name, MDB_CREATE);
}

std::optional<std::string_view> Transaction::get(Database database, std::string_view key) {
  MDB_val key_value = value_of(key);
  MDB_val data{};
  const int code = mdb_get(transaction_, database.handle, &key_value, &data);
  if (code == MDB_NOTFOUND) return std::nullopt;
  check(code, "cannot read the LMDB environment");
  const std::string_view stored = bytes_of(data);
  return database.has_versions ? without_version(stored, environment_) : stored;
}

void Transaction::put(Database database, std::string_view key, std::string_view value) {
  constexpr const char* action = "cannot write to the LMDB environment";
  MDB_val key_value = value_of(key);
  MDB_val data = value_of(value);
  if (!database.has_versions || value.empty()) {
    check(mdb_put(transaction_, database.handle, &key_value, &data, 0), action);
    return;
  }
  data = {value.size() + 1, nullptr};
  check(mdb_put(transaction_, database.handle, &key_value, &data, MDB_RESERVE), action);
  auto* const stored = static_cast<char*>(data.mv_data);
  *stored = static_cast<char>(format_version);
  std::memcpy(stored + 1, value.data(), value.size());
}

bool Transaction::erase(Database database, std::string_view key) {
  MDB_val key_value = value_of(key);
  const int code = mdb_del(transaction_, database.handle, &key_value, nullptr);
  if (code == MDB_NOTFOUND) return false;
  check(code, "cannot write to the LMDB environment");
  return true;
}

void Transaction::drop(Database database) {
  check(mdb_drop(transaction_, database.handle, 1), "cannot write to the LMDB environment");
  std::erase(opened_, database.handle);
}

Cursor Transaction::cursor(Database database) {
  MDB_cursor* cursor = nullptr;
  check(mdb_cursor_open(transaction_, database.handle, &cursor), "cannot read the LMDB environment");
  return {cursor, database.has_versions, environment_};
}

std::uint64_t Transaction::count(Database database) {
  MDB_stat stat{};
  check(mdb_stat(transaction_, database.handle, &stat), "cannot read the LMDB environment");
  return stat.ms_entries;
}

std::vector<std::string> Transaction::names() {
  std::vector<std::string> names;
  Cursor all = cursor(unnamed_database());
  for (auto record = all.first(); record; record = all.next()) {
    if (record->first != format_key) names.emplace_back(record->first);
  }
  return names;
}

Database Transaction::unnamed_database() {
  MDB_dbi handle = 0;
  check(mdb_dbi_open(transaction_, nullptr, 0, &handle), "cannot read the LMDB environment");
  return {handle};
}

void Transaction::learn_format() {
  const auto version = get(unnamed_database(), format_key);
  if (!version) return;
  const unsigned number = version->size() == 1 ? static_cast<unsigned char>(version->front()) : 0;
  if (number > format_version) throw newer_format(shown(environment_.native()), number);
  if (number != format_version) {
    throw Error(ErrorKind::corrupt, fmt::format("the version of {} is damaged", shown(environment_.native())),
                "restore the file from a copy; to start empty, move its folder away");
  }
  has_versions_ = true;
}

void Transaction::upgrade_format() {
  if (has_versions_) return;
  const std::vector<std::string> all = names();
  // All of them stay open until the transaction ends, and it needs some for itself. An environment with this
  // many namespaces works as it is.
  if (all.size() > max_upgraded_databases) return;
  for (const std::string& name : all) {
    if (holds_records(name)) add_versions(find(name).value());
  }
  put(unnamed_database(), format_key, {reinterpret_cast<const char*>(&format_version), 1});
  has_versions_ = true;
}

std::vector<std::string> Transaction::keys_after(Database database, std::string_view last) {
  constexpr std::size_t at_once = 1'000;
  std::vector<std::string> keys;
  Cursor all = cursor(database);
  for (auto record = last.empty() ? all.first() : all.seek(last); record && keys.size() < at_once;
       record = all.next()) {
    if (record->first != last) keys.emplace_back(record->first);
  }
  return keys;
}

void Transaction::add_versions(Database database) {
  const Database after{database.handle, true};
  for (auto keys = keys_after(database, {}); !keys.empty(); keys = keys_after(database, keys.back())) {
    for (const std::string& key : keys) {
      const std::string value(get(database, key).value());  // a copy: the write may move the memory it views
      if (!value.empty()) put(after, key, value);
    }
  }
}

std::uint64_t Transaction::id() const {
  return mdb_txn_id(transaction_);
}

}  // namespace corral::lmdb

#include "tests/backends/raw_lmdb.hpp"

#include <functional>
#include <stdexcept>

#include <lmdb.h>

namespace corral::testing {

namespace {

void check(int code) {
  if (code != MDB_SUCCESS) throw std::runtime_error(mdb_strerror(code));
}

std::string text_of(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

MDB_val value_of(std::string_view text) {
  return {text.size(), const_cast<char*>(text.data())};
}

MDB_dbi opened(MDB_txn* transaction, const char* name, unsigned flags) {
  MDB_dbi database = 0;
  check(mdb_dbi_open(transaction, name, flags, &database));
  return database;
}

void in_transaction(const std::filesystem::path& folder, unsigned flags,
                    const std::function<void(MDB_txn*)>& body) {
  MDB_env* environment = nullptr;
  check(mdb_env_create(&environment));
  check(mdb_env_set_maxdbs(environment, 256));
  check(mdb_env_set_mapsize(environment, std::size_t{16} << 20U));
  check(mdb_env_open(environment, folder.c_str(), MDB_NOTLS, 0666));
  MDB_txn* transaction = nullptr;
  check(mdb_txn_begin(environment, nullptr, flags, &transaction));
  body(transaction);
  check(mdb_txn_commit(transaction));
  mdb_env_close(environment);
}

std::map<std::string, std::string> entries_of(MDB_txn* transaction, MDB_dbi database) {
  std::map<std::string, std::string> entries;
  MDB_cursor* cursor = nullptr;
  check(mdb_cursor_open(transaction, database, &cursor));
  MDB_val key{};
  MDB_val value{};
  while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == MDB_SUCCESS)
    entries.emplace(text_of(key), text_of(value));
  mdb_cursor_close(cursor);
  return entries;
}

}  // namespace

RawDatabases raw_databases(const std::filesystem::path& environment) {
  RawDatabases all;
  in_transaction(environment, MDB_RDONLY, [&](MDB_txn* transaction) {
    for (const auto& [name, ignored] : entries_of(transaction, opened(transaction, nullptr, 0))) {
      if (name != "format") all[name] = entries_of(transaction, opened(transaction, name.c_str(), 0));
    }
  });
  return all;
}

std::optional<std::string> raw_version(const std::filesystem::path& environment) {
  std::optional<std::string> version;
  in_transaction(environment, MDB_RDONLY, [&](MDB_txn* transaction) {
    MDB_val key = value_of("format");
    MDB_val value{};
    if (mdb_get(transaction, opened(transaction, nullptr, 0), &key, &value) == MDB_SUCCESS)
      version = text_of(value);
  });
  return version;
}

void raw_put(const std::filesystem::path& environment, const char* database, std::string_view key,
             std::string_view value) {
  std::filesystem::create_directories(environment);
  in_transaction(environment, 0, [&](MDB_txn* transaction) {
    MDB_val key_value = value_of(key);
    MDB_val data = value_of(value);
    const MDB_dbi opened_database = opened(transaction, database, database == nullptr ? 0 : MDB_CREATE);
    check(mdb_put(transaction, opened_database, &key_value, &data, 0));
  });
}

}  // namespace corral::testing

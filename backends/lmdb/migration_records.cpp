#include "backends/lmdb/migration_records.hpp"

#include <nlohmann/json.hpp>

#include "backends/hashing.hpp"

namespace corral::lmdb {

namespace {

constexpr const char* database_name = "migrations";

std::string prefix_of(std::string_view database_id) {
  constexpr std::size_t digits = 32;
  return hex(sha256(database_id)).substr(0, digits) + "/";
}

std::string key_of(std::string_view database_id, std::string_view name) {
  return prefix_of(database_id) + hex(sha256(name));
}

std::string encode(const std::string& name, const MigrationRecord& record) {
  const nlohmann::json json = {{"name", name}, {"sha256", record.sha256}, {"snapshot", record.snapshot}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::map<std::string, MigrationRecord> LmdbMigrationRecords::of(std::string_view database_id) {
  std::map<std::string, MigrationRecord> records;
  environment_.read([&](Transaction& transaction) {
    const auto database = transaction.find(database_name);
    if (!database) return;
    const std::string prefix = prefix_of(database_id);
    Cursor cursor = transaction.cursor(*database);
    for (auto entry = cursor.seek(prefix); entry && entry->first.starts_with(prefix); entry = cursor.next()) {
      const nlohmann::json json = nlohmann::json::parse(entry->second, nullptr, false);
      if (!json.is_object()) continue;
      records[json.value("name", std::string())] = {.sha256 = json.value("sha256", std::string()),
                                                    .snapshot = json.value("snapshot", std::string())};
    }
  });
  return records;
}

void LmdbMigrationRecords::put(std::string_view database_id,
                               const std::vector<std::pair<std::string, MigrationRecord>>& records) {
  if (records.empty()) return;
  environment_.write([&](Transaction& transaction) {
    const Database database = transaction.make(database_name);
    for (const auto& [name, record] : records)
      transaction.put(database, key_of(database_id, name), encode(name, record));
  });
}

void LmdbMigrationRecords::remove(std::string_view database_id, const std::vector<std::string>& names) {
  bool any = false;
  environment_.read([&](Transaction& transaction) {
    const auto database = transaction.find(database_name);
    if (!database) return;
    for (const std::string& name : names) any = any || transaction.get(*database, key_of(database_id, name));
  });
  if (!any) return;
  environment_.write([&](Transaction& transaction) {
    const Database database = transaction.make(database_name);
    for (const std::string& name : names) transaction.erase(database, key_of(database_id, name));
  });
}

void LmdbMigrationRecords::forget(std::string_view database_id) {
  std::vector<std::string> names;
  for (auto& [name, record] : of(database_id)) names.push_back(name);
  remove(database_id, names);
}

}  // namespace corral::lmdb

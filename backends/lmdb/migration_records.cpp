#include "backends/lmdb/migration_records.hpp"

#include <algorithm>
#include <utility>

#include "backends/bytes/hashing.hpp"

namespace corral::lmdb {

namespace {

constexpr const char* migrations_database = "migrations";

std::string prefix_of(std::string_view database_id) {
  constexpr std::size_t digits = 32;
  return hex(sha256(database_id)).substr(0, digits) + "/";
}

std::string key_of(std::string_view database_id, std::string_view name) {
  return prefix_of(database_id) + hex(sha256(name));
}

/// The name and the fields of its record, each but the last terminated by a NUL, which none of them can
/// contain. Not JSON, because `status` reads a thousand of them in a few milliseconds.
std::string encode(std::string_view name, const MigrationRecord& record) {
  std::string text(name);
  for (const std::string* const field : {&record.sha256, &record.bookmark, &record.stamp})
    text.append(1, '\0').append(*field);
  return text;
}

/// Removes and returns the next field of the text.
std::string take_field(std::string_view& text) {
  const std::size_t end = std::min(text.find('\0'), text.size());
  std::string field(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return field;
}

std::pair<std::string, MigrationRecord> decode(std::string_view text) {
  std::string name = take_field(text);
  std::string sha256 = take_field(text);
  std::string bookmark = take_field(text);
  // Older versions kept a copy of the database and recorded its path here.
  if (bookmark.starts_with('/')) bookmark.clear();
  MigrationRecord record{
      .sha256 = std::move(sha256), .bookmark = std::move(bookmark), .stamp = take_field(text)};
  return {std::move(name), std::move(record)};
}

}  // namespace

std::map<std::string, MigrationRecord> LmdbMigrationRecords::of(std::string_view database_id) {
  std::map<std::string, MigrationRecord> records;
  environment_.read([&](Transaction& transaction) {
    const auto database = transaction.find(migrations_database);
    if (!database) return;
    const std::string prefix = prefix_of(database_id);
    Cursor cursor = transaction.cursor(*database);
    for (auto entry = cursor.seek(prefix); entry && entry->first.starts_with(prefix); entry = cursor.next()) {
      records.insert(decode(entry->second));
    }
  });
  return records;
}

void LmdbMigrationRecords::put(std::string_view database_id,
                               const std::vector<std::pair<std::string, MigrationRecord>>& records) {
  if (records.empty()) return;
  environment_.write([&](Transaction& transaction) {
    const Database database = transaction.make(migrations_database);
    for (const auto& [name, record] : records)
      transaction.put(database, key_of(database_id, name), encode(name, record));
  });
}

void LmdbMigrationRecords::remove(std::string_view database_id, const std::vector<std::string>& names) {
  bool any = false;
  environment_.read([&](Transaction& transaction) {
    const auto database = transaction.find(migrations_database);
    if (!database) return;
    for (const std::string& name : names) any = any || transaction.get(*database, key_of(database_id, name));
  });
  if (!any) return;
  environment_.write([&](Transaction& transaction) {
    const Database database = transaction.make(migrations_database);
    for (const std::string& name : names) transaction.erase(database, key_of(database_id, name));
  });
}

void LmdbMigrationRecords::forget(std::string_view database_id) {
  std::vector<std::string> names;
  for (auto& [name, record] : of(database_id)) names.push_back(name);
  remove(database_id, names);
}

}  // namespace corral::lmdb

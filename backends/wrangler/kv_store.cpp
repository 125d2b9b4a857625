#include "backends/wrangler/kv_store.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/biggest_items.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/wrangler/kv_batch.hpp"
#include "backends/wrangler/value_transaction.hpp"

namespace corral::wrangler {

namespace {

/// The schema as created by workerd, which must accept files created here (docs/reference/kv.md).
constexpr const char* create_schema = R"(CREATE TABLE IF NOT EXISTS _mf_entries (
  key TEXT PRIMARY KEY,
  blob_id TEXT NOT NULL,
  expiration INTEGER,
  metadata TEXT
);
CREATE INDEX IF NOT EXISTS _mf_entries_expiration_idx ON _mf_entries(expiration);)";

/// How often a read is retried if its blob has just been replaced.
constexpr int read_attempts = 100;

constexpr std::int64_t sweep_limit = 500;

bool has_expired(const std::optional<UnixMillis>& expiration, UnixMillis now) {
  return expiration && *expiration <= now;
}

/// Runs a DELETE that returns blob ids; returns the number of rows deleted.
std::size_t release_rows(sqlite::Statement& remove, ValueTransaction& transaction) {
  std::size_t rows = 0;
  for (; remove.step(); ++rows) transaction.release(remove.text(0));
  return rows;
}

/// The smallest text greater than every text that starts with `prefix`; nullopt if there is none.
std::optional<std::string> after_prefix(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty()) {
    const auto last = static_cast<unsigned char>(end.back());
    if (last < 0xFF) {
      end.back() = static_cast<char>(last + 1);
      return end;
    }
    end.pop_back();
  }
  return std::nullopt;
}

}  // namespace

EntryWriter::EntryWriter(const sqlite::Connection& connection)
    : previous_(connection.prepare("SELECT blob_id FROM _mf_entries WHERE key = ?1")),
      upsert_(connection.prepare(
          "INSERT INTO _mf_entries (key, blob_id, expiration, metadata) VALUES (?1, ?2, ?3, ?4) "
          "ON CONFLICT (key) DO UPDATE SET blob_id = excluded.blob_id, expiration = excluded.expiration, "
          "metadata = excluded.metadata")) {}

std::optional<std::string> EntryWriter::write(const KvEntry& entry, std::string_view blob_id) {
  previous_.bind(1, std::string_view(entry.key));
  std::optional<std::string> replaced;
  if (previous_.step()) replaced = previous_.optional_text(0);
  previous_.reset();
  upsert_.bind(1, std::string_view(entry.key)).bind(2, blob_id).bind(3, entry.expiration);
  upsert_.bind(4, entry.metadata).run();
  return replaced;
}

WranglerKvStore::WranglerKvStore(std::filesystem::path database_file, std::filesystem::path blob_folder,
                                 const Clock& clock)
    : file_(std::move(database_file)), blobs_(std::move(blob_folder), clock) {}

sqlite::Connection* WranglerKvStore::existing() {
  if (!connection_) connection_ = sqlite::Connection::open_existing(file_);
  if (!connection_) return nullptr;
  if (!has_table_) has_table_ = connection_->has_table("_mf_entries");
  return has_table_ ? &*connection_ : nullptr;
}

sqlite::Connection& WranglerKvStore::writable() {
  if (sqlite::Connection* connection = existing()) return *connection;
  connection_.reset();
  connection_ = sqlite::Connection::open_or_create(file_);
  return *connection_;
}

EntryWriter WranglerKvStore::entry_writer(const sqlite::Connection& connection) const {
  if (!has_table_) connection.execute(create_schema);
  return EntryWriter(connection);
}

std::optional<WranglerKvStore::Row> WranglerKvStore::find_row(std::string_view key) {
  sqlite::Connection* connection = existing();
  if (connection == nullptr) return std::nullopt;
  sqlite::Statement select =
      connection->prepare("SELECT blob_id, expiration, metadata FROM _mf_entries WHERE key = ?1");
  if (!select.bind(1, key).step()) return std::nullopt;
  return Row{std::string(select.text(0)), select.optional_integer(1), select.optional_text(2)};
}

std::optional<KvValue> WranglerKvStore::get(std::string_view key, UnixMillis now) {
  check_kv_key(key);
  std::string missing_blob;
  for (int attempt = 0; attempt < read_attempts; ++attempt) {
    std::optional<Row> row = find_row(key);
    if (!row || row->blob_id == missing_blob) return std::nullopt;
    if (has_expired(row->expiration, now)) {
      sweep_expired(now);
      return std::nullopt;
    }
    if (FileDescriptor file = blobs_.open(row->blob_id)) {
      KvValue value;
      value.key = key;
      value.expiration = row->expiration;
      value.metadata = std::move(row->metadata);
      value.body = std::make_unique<FileSource>(std::move(file), fmt::format("the value of {}", key));
      value.size = value.body->remaining();
      value.version = std::move(row->blob_id);
      return value;
    }
    // Replaced between reading row and blob? Then the row references another blob by now.
    missing_blob = std::move(row->blob_id);
  }
  throw Error(ErrorKind::busy, fmt::format("\"{}\" is being overwritten without pause", shown(key)),
              "run the command again");
}

std::optional<KvItem> WranglerKvStore::head(std::string_view key, UnixMillis now) {
  check_kv_key(key);
  std::string missing_blob;
  for (int attempt = 0; attempt < read_attempts; ++attempt) {
    std::optional<Row> row = find_row(key);
    if (!row || row->blob_id == missing_blob || has_expired(row->expiration, now)) return std::nullopt;
    if (const auto size = blobs_.size(row->blob_id)) {
      KvItem item;
      item.key = key;
      item.expiration = row->expiration;
      item.metadata = std::move(row->metadata);
      item.size = size;
      item.version = std::move(row->blob_id);
      return item;
    }
    missing_blob = std::move(row->blob_id);
  }
  return std::nullopt;
}

bool WranglerKvStore::put(const KvEntry& entry, ByteSource& value, Condition condition, UnixMillis now) {
  check_kv_entry(entry);
  if (condition == Condition::if_absent && head(entry.key, now)) return false;
  PendingBlob blob = blobs_.write(value, kv_max_value_bytes,
                                  fmt::format("the value of \"{}\"", shown(first_characters(entry.key, 80))));
  sqlite::Connection& connection = writable();
  ValueTransaction transaction(connection, blobs_);
  if (condition == Condition::if_absent && head(entry.key, now)) return false;
  if (auto replaced = entry_writer(connection).write(entry, blob.id())) transaction.release(*replaced);
  transaction.add(std::move(blob));
  transaction.commit();
  return true;
}

std::unique_ptr<KvBatch> WranglerKvStore::begin_batch() {
  return std::make_unique<WranglerKvBatch>(*this);
}

std::size_t WranglerKvStore::erase(std::span<const std::string> keys) {
  for (const std::string& key : keys) check_kv_key(key);
  sqlite::Connection* connection = existing();
  if (connection == nullptr || keys.empty()) return 0;
  blobs_.check_folder();
  std::size_t removed = 0;
  ValueTransaction transaction(*connection, blobs_);
  sqlite::Statement remove = connection->prepare("DELETE FROM _mf_entries WHERE key = ?1 RETURNING blob_id");
  for (const std::string& key : keys) {
    remove.bind(1, std::string_view(key));
    removed += release_rows(remove, transaction);
  }
  transaction.commit();
  return removed;
}

bool WranglerKvStore::erase_version(std::string_view key, std::string_view version) {
  sqlite::Connection* connection = existing();
  if (connection == nullptr) return false;
  blobs_.check_folder();
  ValueTransaction transaction(*connection, blobs_);
  sqlite::Statement remove =
      connection->prepare("DELETE FROM _mf_entries WHERE key = ?1 AND blob_id = ?2 RETURNING blob_id");
  remove.bind(1, key).bind(2, version);
  const bool removed = release_rows(remove, transaction) != 0;
  transaction.commit();
  return removed;
}

bool WranglerKvStore::rename(std::string_view from, std::string_view to, UnixMillis now) {
  check_kv_key(from);
  check_kv_key(to);
  if (!head(from, now)) return false;
  if (from == to) return true;
  sqlite::Connection& connection = writable();
  ValueTransaction transaction(connection, blobs_);
  if (!head(from, now)) return false;
  sqlite::Statement remove = connection.prepare("DELETE FROM _mf_entries WHERE key = ?1 RETURNING blob_id");
  remove.bind(1, to);
  release_rows(remove, transaction);
  connection.prepare("UPDATE _mf_entries SET key = ?2 WHERE key = ?1").bind(1, from).bind(2, to).run();
  transaction.commit();
  return true;
}

KvPage WranglerKvStore::list(const KvListOptions& options, UnixMillis now) {
  KvPage page;
  sqlite::Connection* connection = existing();
  if (connection == nullptr) return page;
  sweep_expired(now);
  const std::optional<std::string> end = after_prefix(options.prefix);
  const std::size_t limit = std::max<std::size_t>(options.limit, 1);
  // Only effective bounds are part of the query: each uses the key index.
  sqlite::Statement select = connection->prepare(fmt::format(
      "SELECT key, expiration, metadata, blob_id FROM _mf_entries WHERE key {} ?1{} "
      "AND (expiration IS NULL OR expiration > ?3) ORDER BY key LIMIT ?4",
      options.after >= options.prefix && !options.after.empty() ? ">" : ">=", end ? " AND key < ?2" : ""));
  select.bind(1, std::string_view(std::max(options.after, options.prefix)));
  if (end) select.bind(2, std::string_view(*end));
  select.bind(3, now).bind(4, static_cast<std::int64_t>(limit) + 1);
  while (select.step()) {
    if (page.items.size() == limit) {
      page.complete = false;
      break;
    }
    KvItem item;
    item.key = select.text(0);
    item.expiration = select.optional_integer(1);
    item.metadata = select.optional_text(2);
    if (options.with_size) item.size = blobs_.size(select.text(3));
    if (options.with_version) item.version = select.text(3);
    page.items.push_back(std::move(item));
  }
  return page;
}

KvStats WranglerKvStore::stats(UnixMillis now, std::size_t biggest) {
  KvStats stats;
  sqlite::Connection* connection = existing();
  if (connection == nullptr) return stats;
  BiggestItems largest(biggest);
  sqlite::Statement select =
      connection->prepare("SELECT key, expiration, metadata, blob_id FROM _mf_entries");
  while (select.step()) {
    if (has_expired(select.optional_integer(1), now)) {
      ++stats.expired;
      continue;
    }
    const auto size = blobs_.size(select.text(3));
    if (!size) continue;
    ++stats.keys;
    stats.bytes += *size;
    if (!largest.takes(*size)) continue;
    KvItem item;
    item.key = select.text(0);
    item.expiration = select.optional_integer(1);
    item.metadata = select.optional_text(2);
    item.size = size;
    largest.add(std::move(item));
  }
  stats.biggest = std::move(largest).in_order();
  return stats;
}

void WranglerKvStore::sweep_expired(UnixMillis now) noexcept try {
  sqlite::Statement any = connection_->prepare("SELECT 1 FROM _mf_entries WHERE expiration <= ?1 LIMIT 1");
  if (!any.bind(1, now).step()) return;
  any.reset();
  blobs_.check_folder();
  ValueTransaction transaction(*connection_, blobs_);
  sqlite::Statement sweep = connection_->prepare(
      "DELETE FROM _mf_entries WHERE key IN (SELECT key FROM _mf_entries WHERE expiration <= ?1 LIMIT ?2) "
      "RETURNING blob_id");
  sweep.bind(1, now).bind(2, sweep_limit);
  release_rows(sweep, transaction);
  transaction.commit();
} catch (const std::exception&) {
  return;
}

std::uint64_t WranglerKvStore::clear() {
  blobs_.check_folder();
  std::uint64_t removed = 0;
  if (sqlite::Connection* connection = existing()) {
    ValueTransaction transaction(*connection, blobs_);
    sqlite::Statement remove = connection->prepare("DELETE FROM _mf_entries RETURNING blob_id");
    removed = release_rows(remove, transaction);
    transaction.commit();
  }
  blobs_.remove_if_empty();
  return removed;
}

}  // namespace corral::wrangler

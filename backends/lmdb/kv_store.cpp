#include "backends/lmdb/kv_store.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/biggest_items.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/lmdb/kv_batch.hpp"
#include "backends/lmdb/kv_entry.hpp"
#include "backends/lmdb/long_keys.hpp"

namespace corral::lmdb {

namespace {

constexpr std::string_view name_prefix = "kv/";
constexpr std::size_t max_id_bytes = 255;
constexpr std::size_t sweep_limit = 500;

std::string database_name(std::string_view namespace_id) {
  if (namespace_id.empty() || !is_utf8(namespace_id) || namespace_id.find('\0') != std::string_view::npos) {
    throw Error(ErrorKind::invalid_input,
                fmt::format("\"{}\" cannot be an id: it must be text and not empty", shown(namespace_id)));
  }
  if (namespace_id.size() > max_id_bytes) {
    throw Error(ErrorKind::limit, fmt::format("the id \"{}...\" is longer than {} bytes",
                                              shown(first_characters(namespace_id, 40)), max_id_bytes));
  }
  return std::string(name_prefix).append(namespace_id);
}

void fill_item(KvItem& item, std::string_view key, const StoredEntry& entry) {
  item.key = key;
  item.expiration = entry.expiration;
  if (entry.metadata) item.metadata = std::string(*entry.metadata);
  item.size = entry.value.size();
}

/// Calls `visit` for entries in key order, beginning at `start`, until it returns false.
template <typename Visit>
void walk(Transaction& transaction, Database database, std::string_view start, const Visit& visit) {
  Cursor cursor = transaction.cursor(database);
  auto record = start.empty() ? cursor.first() : cursor.seek(stem_of(start));
  bool more = true;
  for (; record && more; record = cursor.next()) {
    const std::string_view stem = record->first;
    const std::string_view bytes = record->second;
    if (!holds_bundle(stem)) {
      more = visit(std::string(stem), decode_entry(bytes));
      continue;
    }
    for_each_in_bundle(bytes, [&](std::string_view tail, std::string_view entry) {
      if (more) more = visit(std::string(stem).append(tail), decode_entry(entry));
    });
  }
}

}  // namespace

std::optional<KvValue> LmdbKvStore::get(std::string_view key, UnixMillis now) {
  check_kv_key(key);
  std::optional<KvValue> result;
  environment_.read([&](Transaction& transaction) {
    const auto database = transaction.find(database_name_);
    const auto entry = database ? find_entry(transaction, *database, key) : std::nullopt;
    if (!entry || entry->expired(now)) return;
    result.emplace();
    fill_item(*result, key, *entry);
    result->version = std::to_string(entry->version);
    result->body = std::make_unique<OwnedSource>(std::string(entry->value));
  });
  return result;
}

std::optional<KvItem> LmdbKvStore::head(std::string_view key, UnixMillis now) {
  check_kv_key(key);
  std::optional<KvItem> result;
  environment_.read([&](Transaction& transaction) {
    const auto database = transaction.find(database_name_);
    const auto entry = database ? find_entry(transaction, *database, key) : std::nullopt;
    if (entry && !entry->expired(now)) fill_item(result.emplace(), key, *entry);
  });
  return result;
}

bool LmdbKvStore::put(const KvEntry& entry, ByteSource& value, Condition condition, UnixMillis now) {
  check_kv_entry(entry);
  const std::string what = fmt::format("the value of \"{}\"", shown(first_characters(entry.key, 80)));
  const std::string bytes = read_all(value, kv_max_value_bytes, what);
  std::string encoded = encode_entry({0, entry.expiration, entry.metadata, bytes});
  bool written = false;
  environment_.write([&](Transaction& transaction) {
    const Database database = transaction.make(database_name_);
    written = false;
    if (condition == Condition::if_absent) {
      const auto present = find_entry(transaction, database, entry.key);
      if (present && !present->expired(now)) return;
    }
    set_version(encoded, version_of(transaction, 0));
    store_entry(transaction, database, entry.key, encoded);
    written = true;
  });
  return written;
}

std::unique_ptr<KvBatch> LmdbKvStore::begin_batch() {
  return std::make_unique<LmdbKvBatch>(environment_, database_name_);
}

std::size_t LmdbKvStore::erase(std::span<const std::string> keys) {
  for (const std::string& key : keys) check_kv_key(key);
  bool stored = false;
  environment_.read([&](Transaction& transaction) { stored = transaction.find(database_name_).has_value(); });
  if (!stored || keys.empty()) return 0;
  std::size_t erased = 0;
  environment_.write([&](Transaction& transaction) {
    erased = 0;
    const auto database = transaction.find(database_name_);
    if (!database) return;
    for (const std::string& key : keys) erased += erase_entry(transaction, *database, key) ? 1U : 0U;
  });
  return erased;
}

bool LmdbKvStore::erase_version(std::string_view key, std::string_view version) {
  bool erased = false;
  environment_.write([&](Transaction& transaction) {
    erased = false;
    const auto database = transaction.find(database_name_);
    const auto entry = database ? find_entry(transaction, *database, key) : std::nullopt;
    if (entry && std::to_string(entry->version) == version) erased = erase_entry(transaction, *database, key);
  });
  return erased;
}

bool LmdbKvStore::rename(std::string_view from, std::string_view to, UnixMillis now) {
  check_kv_key(from);
  check_kv_key(to);
  if (!head(from, now)) return false;
  if (from == to) return true;
  bool renamed = false;
  environment_.write([&](Transaction& transaction) {
    renamed = false;
    const auto database = transaction.find(database_name_);
    auto entry = database ? find_entry(transaction, *database, from) : std::nullopt;
    if (!entry || entry->expired(now)) return;
    entry->version = version_of(transaction, 0);
    const std::string encoded = encode_entry(*entry);
    erase_entry(transaction, *database, from);
    store_entry(transaction, *database, to, encoded);
    renamed = true;
  });
  return renamed;
}

KvPage LmdbKvStore::list(const KvListOptions& options, UnixMillis now) {
  KvPage page;
  std::vector<std::string> expired;
  const std::size_t limit = std::max<std::size_t>(options.limit, 1);
  const std::string& start = std::max(options.after, options.prefix);
  environment_.read([&](Transaction& transaction) {
    const auto database = transaction.find(database_name_);
    if (!database) return;
    walk(transaction, *database, start, [&](const std::string& key, const StoredEntry& entry) {
      if (key < start || key == options.after) return true;
      if (!key.starts_with(options.prefix)) return false;
      if (entry.expired(now)) {
        if (expired.size() < sweep_limit) expired.push_back(key);
        return true;
      }
      if (page.items.size() == limit) {
        page.complete = false;
        return false;
      }
      fill_item(page.items.emplace_back(), key, entry);
      if (!options.with_size) page.items.back().size.reset();
      return true;
    });
  });
  if (!expired.empty()) sweep(expired, now);
  return page;
}

/// Removes entries seen to be expired, unless they have been rewritten since. Only housekeeping: if it fails,
/// they stay and remain invisible.
void LmdbKvStore::sweep(const std::vector<std::string>& expired, UnixMillis now) noexcept try {
  environment_.write([&](Transaction& transaction) {
    const auto database = transaction.find(database_name_);
    if (!database) return;
    for (const std::string& key : expired) {
      const auto entry = find_entry(transaction, *database, key);
      if (entry && entry->expired(now)) erase_entry(transaction, *database, key);
    }
  });
} catch (const std::exception&) {
  return;
}

KvStats LmdbKvStore::stats(UnixMillis now, std::size_t biggest) {
  KvStats stats;
  BiggestItems largest(biggest);
  environment_.read([&](Transaction& transaction) {
    const auto database = transaction.find(database_name_);
    if (!database) return;
    walk(transaction, *database, {}, [&](const std::string& key, const StoredEntry& entry) {
      if (entry.expired(now)) {
        ++stats.expired;
        return true;
      }
      ++stats.keys;
      stats.bytes += entry.value.size();
      if (largest.takes(entry.value.size())) {
        KvItem item;
        fill_item(item, key, entry);
        largest.add(std::move(item));
      }
      return true;
    });
  });
  stats.biggest = std::move(largest).in_order();
  return stats;
}

std::unique_ptr<KvStore> LmdbKvBackend::open(std::string_view namespace_id) {
  return std::make_unique<LmdbKvStore>(environment_, database_name(namespace_id));
}

std::vector<std::string> LmdbKvBackend::stored_namespaces() {
  std::vector<std::string> ids;
  environment_.read([&](Transaction& transaction) {
    for (std::string& name : transaction.names()) {
      if (name.starts_with(name_prefix)) ids.push_back(name.substr(name_prefix.size()));
    }
  });
  return ids;
}

std::uint64_t LmdbKvBackend::drop(std::string_view namespace_id) {
  const std::string name = database_name(namespace_id);
  const auto stored = stored_namespaces();
  if (std::find(stored.begin(), stored.end(), namespace_id) == stored.end()) return 0;
  std::uint64_t dropped = 0;
  environment_.write([&](Transaction& transaction) {
    dropped = 0;
    const auto database = transaction.find(name);
    if (!database) return;
    walk(transaction, *database, {}, [&](const std::string&, const StoredEntry&) {
      ++dropped;
      return true;
    });
    transaction.drop(*database);
  });
  return dropped;
}

}  // namespace corral::lmdb

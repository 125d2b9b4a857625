#include "backends/wrangler/kv_staging.hpp"

#include <span>

#include "backends/wrangler/service_tables.hpp"
#include "backends/wrangler/state_layout.hpp"
#include "backends/wrangler/value_transaction.hpp"

namespace corral::wrangler {

namespace {

constexpr std::size_t keys_at_once = 1000;

}  // namespace

WranglerKvStaging::WranglerKvStaging(const std::filesystem::path& state_root, std::string_view namespace_id,
                                     const Clock& clock)
    : state_root_(state_root),
      id_(namespace_id),
      clock_(clock),
      folder_(state_root, "kv", namespace_id, "KV namespace") {
  owner()->disown(*staged());
}

std::unique_ptr<WranglerKvStore> WranglerKvStaging::staged() const {
  return std::make_unique<WranglerKvStore>(kv_database_file(folder_.root(), id_),
                                           kv_blob_folder(state_root_, id_), clock_);
}

std::unique_ptr<WranglerKvStore> WranglerKvStaging::owner() const {
  return std::make_unique<WranglerKvStore>(kv_database_file(state_root_, id_),
                                           kv_blob_folder(state_root_, id_), clock_);
}

void WranglerKvStaging::commit(StringSpool& gone) {
  owner()->adopt(*staged(), gone);
  folder_.remove();
}

void WranglerKvStaging::discard() {
  staged()->clear();
  folder_.remove();
}

void WranglerKvStore::disown(WranglerKvStore& staged) {
  sqlite::Connection* const rows = staged.existing();
  if (rows == nullptr) return;
  BlobMarks ours = marks_of(existing());
  StringSpool keys;
  for (sqlite::Statement select = rows->prepare("SELECT key, blob_id FROM _mf_entries"); select.step();) {
    if (ours.contains(select.text(1)) || !blobs_.size(select.text(1))) keys.add(select.text(0));
  }
  if (keys.empty()) return;
  sqlite::WriteTransaction transaction(*rows);
  sqlite::Statement remove = rows->prepare("DELETE FROM _mf_entries WHERE key = ?1");
  keys.drain(keys_at_once, [&](std::span<const std::string> some) {
    for (const std::string& key : some) remove.bind(1, std::string_view(key)).run();
  });
  transaction.commit();
}

void WranglerKvStore::adopt(WranglerKvStore& staged, StringSpool& gone) {
  // In the order of the keys, which is that of the index that they are inserted into.
  const char* const all = "SELECT key, expiration, metadata, blob_id FROM _mf_entries ORDER BY key";
  sqlite::Connection* const from = staged.existing();
  const bool any = from != nullptr && from->prepare("SELECT 1 FROM _mf_entries LIMIT 1").step();
  if (!any && gone.empty()) return;
  blobs_.check_folder();
  sqlite::Connection& connection = writable();
  ValueTransaction transaction(connection, blobs_);
  EntryWriter writer = entry_writer(connection);
  if (any) {
    for (sqlite::Statement select = from->prepare(all); select.step();) {
      KvEntry entry;
      entry.key = select.text(0);
      entry.expiration = select.optional_integer(1);
      entry.metadata = select.optional_text(2);
      blobs_.require(select.text(3), entry.key);
      if (const auto replaced = writer.write(entry, select.text(3))) transaction.release(*replaced);
    }
  }
  sqlite::Statement remove = connection.prepare("DELETE FROM _mf_entries WHERE key = ?1 RETURNING blob_id");
  gone.drain(keys_at_once, [&](std::span<const std::string> keys) {
    for (const std::string& key : keys) {
      check_kv_key(key);
      remove.bind(1, std::string_view(key));
      while (remove.step()) transaction.release(remove.text(0));
    }
  });
  transaction.commit();
}

}  // namespace corral::wrangler

#include "backends/wrangler/kv_staging.hpp"

#include "backends/wrangler/state_layout.hpp"
#include "backends/wrangler/value_transaction.hpp"

namespace corral::wrangler {

WranglerKvStaging::WranglerKvStaging(const std::filesystem::path& state_root, std::string_view namespace_id,
                                     const Clock& clock)
    : state_root_(state_root),
      id_(namespace_id),
      clock_(clock),
      folder_(state_root, "kv", namespace_id, "KV namespace") {}

std::unique_ptr<WranglerKvStore> WranglerKvStaging::open(const std::filesystem::path& root) const {
  return std::make_unique<WranglerKvStore>(kv_database_file(root, id_), kv_blob_folder(root, id_), clock_);
}

std::unique_ptr<KvStore> WranglerKvStaging::entries() {
  return open(folder_.root());
}

void WranglerKvStaging::commit(std::span<const std::string> gone) {
  open(state_root_)->adopt(*open(folder_.root()), gone);
  discard();
}

void WranglerKvStaging::discard() {
  folder_.remove();
}

void WranglerKvStore::adopt(WranglerKvStore& other, std::span<const std::string> gone) {
  for (const std::string& key : gone) check_kv_key(key);
  const char* const all = "SELECT key, expiration, metadata, blob_id FROM _mf_entries";
  sqlite::Connection* const from = other.existing();
  std::vector<PendingBlob> blobs;
  if (from != nullptr) {
    for (sqlite::Statement select = from->prepare(all); select.step();)
      blobs.push_back(blobs_.adopt(other.blobs_, select.text(3)));
  }
  if (blobs.empty() && gone.empty()) return;
  blobs_.check_folder();
  blobs_.flush(blobs);
  sqlite::Connection& connection = writable();
  ValueTransaction transaction(connection, blobs_);
  EntryWriter writer = entry_writer(connection);
  if (from != nullptr) {
    for (sqlite::Statement select = from->prepare(all); select.step();) {
      KvEntry entry;
      entry.key = select.text(0);
      entry.expiration = select.optional_integer(1);
      entry.metadata = select.optional_text(2);
      if (auto replaced = writer.write(entry, select.text(3)); replaced && *replaced != select.text(3))
        transaction.release(*std::move(replaced));
    }
  }
  sqlite::Statement remove = connection.prepare("DELETE FROM _mf_entries WHERE key = ?1 RETURNING blob_id");
  for (const std::string& key : gone) {
    remove.bind(1, std::string_view(key));
    while (remove.step()) transaction.release(std::string(remove.text(0)));
    remove.reset();
  }
  transaction.add(std::move(blobs));
  transaction.commit();
}

}  // namespace corral::wrangler

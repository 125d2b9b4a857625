#include "backends/wrangler/kv_batch.hpp"

#include <optional>
#include <utility>

#include "backends/wrangler/kv_store.hpp"
#include "backends/wrangler/value_transaction.hpp"

namespace corral::wrangler {

void WranglerKvBatch::put(const KvEntry& entry, std::string_view value) {
  check_kv_entry(entry);
  check_kv_value_size(entry.key, value.size());
  blobs_.push_back(store_.blobs_.write_unflushed(value, entry.origin));
  entries_.push_back(entry);
}

void WranglerKvBatch::commit() {
  if (entries_.empty()) return;
  store_.blobs_.flush(blobs_);
  sqlite::Connection& connection = store_.writable();
  ValueTransaction transaction(connection, store_.blobs_);
  EntryWriter writer = store_.entry_writer(connection);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (auto replaced = writer.write(entries_[i], blobs_[i].id())) transaction.release(*replaced);
  }
  entries_.clear();
  transaction.add(std::exchange(blobs_, {}));
  transaction.commit();
}

}  // namespace corral::wrangler

#include "backends/wrangler/kv_batch.hpp"

#include <optional>
#include <string>

#include "backends/wrangler/kv_store.hpp"

namespace corral::wrangler {

void WranglerKvBatch::put(const KvEntry& entry, std::string_view value) {
  check_kv_entry(entry);
  check_kv_value_size(entry.key, value.size());
  blobs_.push_back(store_.blobs_.write_unflushed(value));
  entries_.push_back(entry);
}

void WranglerKvBatch::commit() {
  if (entries_.empty()) return;
  store_.blobs_.flush(blobs_);
  sqlite::Connection& connection = store_.writable();
  sqlite::WriteTransaction transaction(connection);
  std::vector<std::string> replaced;
  EntryWriter writer(connection);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (auto blob_id = writer.write(entries_[i], blobs_[i].id())) replaced.push_back(std::move(*blob_id));
  }
  transaction.commit();
  for (PendingBlob& blob : blobs_) blob.keep();
  entries_.clear();
  blobs_.clear();
  store_.remove_blobs(replaced);
}

}  // namespace corral::wrangler

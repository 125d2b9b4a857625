#pragma once

#include <string_view>
#include <vector>

#include "backends/kv_store.hpp"
#include "backends/wrangler/blob_store.hpp"

namespace corral::wrangler {

class WranglerKvStore;

/// Writes each value to its blob immediately and keeps only the row in memory (about 150 bytes plus key and
/// metadata); commit flushes all blobs together and writes all rows in one transaction.
class WranglerKvBatch final : public KvBatch {
 public:
  explicit WranglerKvBatch(WranglerKvStore& store) : store_(store) {}

  void put(const KvEntry& entry, std::string_view value) override;
  void commit() override;

 private:
  WranglerKvStore& store_;
  std::vector<KvEntry> entries_;
  std::vector<PendingBlob> blobs_;  ///< parallel to entries_
};

}  // namespace corral::wrangler

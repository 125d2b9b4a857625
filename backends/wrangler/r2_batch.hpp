#pragma once

#include <mutex>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/object_store.hpp"
#include "backends/wrangler/r2_body_writer.hpp"

namespace corral::wrangler {

class WranglerObjectStore;

/// Writes each body to its blobs immediately and keeps only the rows in memory; commit flushes all blobs
/// together and writes all rows in one transaction.
class WranglerObjectBatch final : public ObjectBatch {
 public:
  explicit WranglerObjectBatch(WranglerObjectStore& store) : store_(store) {}

  void put(const ObjectWrite& write, ByteSource& body, UnixMillis now) override;
  void commit() override;

 private:
  WranglerObjectStore& store_;
  std::mutex mutex_;  ///< guards the two members below during `put`
  std::vector<StoredObject> objects_;
  std::vector<PendingBlob> blobs_;
};

}  // namespace corral::wrangler

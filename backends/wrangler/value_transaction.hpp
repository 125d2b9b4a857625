#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backends/files/string_spool.hpp"
#include "backends/sqlite/connection.hpp"
#include "backends/wrangler/blob_store.hpp"

namespace corral::wrangler {

/// A write transaction on rows that reference blobs. It decides the fate of the blobs by the outcome for the
/// rows:
///
///   committed         what it added stays, what it released is removed
///   rolled back       what it added is removed, what it released stays
///   unknown outcome   all stay: BlobStore and the rows are consistent either way, and orphans are left for
///                     `corral state gc`
class ValueTransaction {
 public:
  /// Begins. Both must outlive it.
  ValueTransaction(const sqlite::Connection& connection, const BlobStore& blobs)
      : blobs_(blobs), rows_(connection) {}

  /// Adds a durable blob referenced by a row written in this transaction.
  void add(PendingBlob blob);
  void add(std::vector<PendingBlob> blobs);

  /// Releases a blob that is no longer referenced once this is committed; it may already be gone.
  void release(std::string_view blob_id);
  void release(const std::vector<std::string>& blob_ids);

  /// Durable when it returns. Throws like WriteTransaction::commit. Failing to remove released blobs is not
  /// an error.
  void commit();

 private:
  void remove_released() noexcept;

  const BlobStore& blobs_;
  std::vector<PendingBlob> added_;
  StringSpool released_;
  sqlite::WriteTransaction rows_;  ///< last: rolled back before blobs are removed
};

}  // namespace corral::wrangler

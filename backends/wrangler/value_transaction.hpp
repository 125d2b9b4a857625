#pragma once

#include <string>
#include <vector>

#include "backends/sqlite/connection.hpp"
#include "backends/wrangler/blob_store.hpp"

namespace corral::wrangler {

/// A write transaction on rows that name blobs. It alone decides what becomes of the blobs, by what became of
/// the rows:
///
///   committed         what it added stays, what it released is removed
///   rolled back       what it added is removed, what it released stays
///   unknown outcome   all stay; BlobStore and the rows agree whichever it was, and what no row names in the
///                     end is for `corral state gc`
class ValueTransaction {
 public:
  /// Begins. Both must outlive it.
  ValueTransaction(const sqlite::Connection& connection, const BlobStore& blobs)
      : blobs_(blobs), rows_(connection) {}

  /// A blob on disk that a row written here names.
  void add(PendingBlob blob);
  void add(std::vector<PendingBlob> blobs);

  /// A blob that no row names any more once this is committed; one that is gone already is fine.
  void release(std::string blob_id);
  void release(std::vector<std::string> blob_ids);

  /// Durable when it returns. Throws what WriteTransaction::commit throws. Blobs that stay because removing
  /// them failed are no error.
  void commit();

 private:
  const BlobStore& blobs_;
  std::vector<PendingBlob> added_;
  std::vector<std::string> released_;
  sqlite::WriteTransaction rows_;  ///< last: rolled back before blobs are removed
};

}  // namespace corral::wrangler

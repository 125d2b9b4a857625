#pragma once

#include <vector>

#include "backends/object_store.hpp"
#include "backends/wrangler/blob_store.hpp"
#include "backends/wrangler/r2_rows.hpp"

namespace corral::wrangler {

/// An object whose bytes are written and whose row is not.
struct WrittenObject {
  StoredObject object;
  std::vector<PendingBlob> blobs;  ///< parallel to object.parts
};

/// Whether the blobs are on disk when write_body returns, or BlobStore::flush is yet to see to it.
enum class Durability { flushed, unflushed };

/// Reads a body to its end into blobs, in constant memory: one blob, or one for each part of
/// `write.part_size` bytes if there are more. Hashes on the way and compares with `write.checksums`. The
/// object gets a new version and `now` as its time. Throws what ObjectStore::put throws.
WrittenObject write_body(const BlobStore& blobs, const ObjectWrite& write, ByteSource& body, UnixMillis now,
                         Durability durability);

/// A new version: 16 random bytes in hex.
std::string new_object_version();

}  // namespace corral::wrangler

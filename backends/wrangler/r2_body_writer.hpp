#pragma once

#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/object_store.hpp"
#include "backends/wrangler/blob_store.hpp"
#include "backends/wrangler/r2_rows.hpp"

namespace corral::wrangler {

/// An object whose bytes are written, but whose row is not.
struct WrittenObject {
  StoredObject object;
  std::vector<PendingBlob> blobs;  ///< parallel to object.parts
};

/// Whether the blobs are durable when write_body returns, or only after BlobStore::flush.
enum class Durability { flushed, unflushed };

/// Writes a body to blobs in constant memory: one blob, or one per part if it is larger than
/// `write.part_size`. Hashes it along the way and verifies `write.checksums`. The object gets a new version
/// and `now` as its upload time. Throws like ObjectStore::put.
WrittenObject write_body(const BlobStore& blobs, const ObjectWrite& write, ByteSource& body, UnixMillis now,
                         Durability durability);

/// The etag of a multipart object: the MD5 of its parts' MD5s, and their number.
std::string multipart_etag(const std::vector<StoredPart>& parts);

/// A new version: 16 random bytes in hex.
std::string new_object_version();

}  // namespace corral::wrangler

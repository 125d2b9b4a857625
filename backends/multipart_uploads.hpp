#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/byte_stream.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/object_store.hpp"

namespace corral {

/// A part of an upload in progress.
struct UploadedPart {
  std::int64_t number = 0;  ///< 1 to 10,000
  std::uint64_t size = 0;
  std::string etag;  ///< of a part that was put here its MD5 in hex; of others opaque
  std::string md5;   ///< in hex
  std::optional<UnixMillis> uploaded;
};

/// The parts that make up an object, as the client that completes an upload names them.
struct NamedPart {
  std::int64_t number = 0;
  std::string etag;
};

/// Uploads of one bucket in parts that are put separately, in any order, by several processes. Nothing of it
/// is visible as an object before it is complete. Every call is one durable transaction.
class MultipartUploads {
 public:
  virtual ~MultipartUploads() = default;

  /// Begins an upload of `write.key` with its metadata; returns its id, in base64url. `algorithm`: that of
  /// its checksums, one of s3_checksum_algorithms, which `checksum_of_upload` then finds in the id; empty:
  /// none. Throws like ObjectStore::put.
  virtual std::string begin(const ObjectWrite& write, std::string_view algorithm) = 0;

  /// The HTTP metadata that the upload was created with; nullopt if it is not in progress.
  virtual std::optional<HttpMetadata> http_metadata(std::string_view key, std::string_view id) = 0;

  /// Stores a part, in place of the one with this number. `md5`: expected, in hex. Throws not_found if the
  /// upload is not in progress, limit for a number out of range or more than 5 GiB - 5 MiB, conflict if the
  /// MD5 is another.
  virtual UploadedPart put_part(std::string_view key, std::string_view id, std::int64_t number,
                                ByteSource& body, const std::optional<std::string>& md5) = 0;

  /// At most `limit` parts with numbers greater than `after`, in order; nullopt: the upload is not in
  /// progress.
  virtual std::optional<std::vector<UploadedPart>> parts(std::string_view key, std::string_view id,
                                                         std::int64_t after, std::size_t limit) = 0;

  /// The bytes of a part; nullptr if it does not exist.
  virtual std::unique_ptr<ByteSource> read_part(std::string_view key, std::string_view id,
                                                std::int64_t number) = 0;

  /// Makes an object of the named parts, in their order, and discards the others. nullopt: the conditions do
  /// not hold, and the upload goes on. Completing an upload again returns the object while it is the one that
  /// it made. Throws not_found if the upload is not in progress; invalid_input if a part does not exist or
  /// its etag is another, or the parts but the last differ in size; limit if one of those is smaller than 5
  /// MiB; denied from the guard. `checksum` is stored with the object, unverified.
  virtual std::optional<ObjectInfo> complete(std::string_view key, std::string_view id,
                                             const std::vector<NamedPart>& named,
                                             const ObjectConditions& conditions,
                                             const std::optional<S3Checksum>& checksum, UnixMillis now) = 0;
};

/// A new upload id: 128 random bytes in base64url, as in workerd; with the algorithm of the upload's
/// checksums one more, its place in s3_checksum_algorithms from 1.
std::string new_upload_id(std::string_view algorithm = {});

/// The algorithm of the checksums of an upload, by its id; empty: it was begun without one.
std::string_view checksum_of_upload(std::string_view id);

}  // namespace corral

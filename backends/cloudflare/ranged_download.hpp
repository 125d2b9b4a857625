#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "backends/bytes/byte_stream.hpp"
#include "backends/cloudflare/s3_client.hpp"
#include "backends/jobs/places.hpp"

namespace corral::cloudflare {

/// A range of an object is fetched in pieces of this size, each of which takes one place of a download.
inline constexpr std::uint64_t bytes_a_range = std::uint64_t{8} << 20U;

/// What to read of which object.
struct ObjectBytes {
  std::string key;
  std::string etag;  ///< of the object as it was found: all bytes are of this one
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// Reads the bytes in order, while as many ranges of them are fetched at a time as `places` has, which must
/// be at least one. Holds so many ranges in memory. A range that breaks off is asked for again from where it
/// broke off. Reading throws like S3Client::call, and conflict if the object is replaced meanwhile.
std::unique_ptr<ByteSource> read_in_ranges(std::shared_ptr<S3Client> client, ObjectBytes bytes,
                                           Places::Lease places);

}  // namespace corral::cloudflare

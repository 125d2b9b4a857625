#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "backends/bytes/byte_stream.hpp"
#include "backends/cloudflare/s3_client.hpp"
#include "backends/jobs/places.hpp"

namespace corral::cloudflare {

/// An object is downloaded in ranges of this size; each occupies one place of the download.
inline constexpr std::uint64_t bytes_a_range = std::uint64_t{8} << 20U;

/// Which bytes of which object to read.
struct ObjectBytes {
  std::string key;
  std::string etag;  ///< of the object as it was found; all bytes come from this version
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// Reads the bytes in order while as many ranges are fetched in parallel as `places` has (at least one), each
/// of which is held in memory. A range that is cut off is requested again from there. Reading throws like
/// S3Client::call, and `conflict` if the object is replaced meanwhile.
std::unique_ptr<ByteSource> read_in_ranges(std::shared_ptr<S3Client> client, ObjectBytes bytes,
                                           Places::Lease places);

}  // namespace corral::cloudflare

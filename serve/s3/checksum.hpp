#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backends/bytes/crc.hpp"
#include "backends/bytes/hashing.hpp"

namespace corral::serve::s3 {

/// The checksums of S3 ("Checking object integrity" in Amazon's S3 user guide), as they are named in headers
/// and in XML.
struct ChecksumKind {
  std::string_view name;  ///< "crc32": of x-amz-checksum-crc32
  std::string_view xml;   ///< "CRC32": of ChecksumCRC32 and of x-amz-checksum-algorithm
  std::size_t bytes;      ///< its length
};
inline constexpr std::array<ChecksumKind, 5> checksum_kinds = {{{"crc32", "CRC32", 4},
                                                                {"crc32c", "CRC32C", 4},
                                                                {"crc64nvme", "CRC64NVME", 8},
                                                                {"sha1", "SHA1", 20},
                                                                {"sha256", "SHA256", 32}}};

/// The kind of this header, such as "x-amz-checksum-crc32", in lower case; nullptr if absent.
const ChecksumKind* kind_of_header(std::string_view name);
/// The kind with this name in XML and x-amz-checksum-algorithm; nullptr if absent.
const ChecksumKind* kind_of_algorithm(std::string_view name);

/// "x-amz-checksum-crc32"
inline std::string header_of(const ChecksumKind& kind) {
  return "x-amz-checksum-" + std::string(kind.name);
}

/// Computes one of them.
class ChecksumSum {
 public:
  explicit ChecksumSum(const ChecksumKind& kind);
  void update(std::string_view bytes);
  /// In base64. Call it last.
  std::string base64();

 private:
  std::optional<Crc> crc_;
  std::optional<Hasher> hash_;
};

}  // namespace corral::serve::s3

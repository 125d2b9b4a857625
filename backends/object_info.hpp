#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/unix_time.hpp"

namespace corral {

/// Limits of R2 (docs/reference/r2.md; developers.cloudflare.com/r2/platform/limits).
inline constexpr std::size_t r2_max_key_bytes = 1024;
inline constexpr std::size_t r2_max_custom_metadata_bytes = 8192;  ///< names and values together
inline constexpr std::uint64_t r2_min_part_bytes = std::uint64_t{5} << 20U;
inline constexpr std::uint64_t r2_max_part_bytes = (std::uint64_t{5} << 30U) - (std::uint64_t{5} << 20U);
inline constexpr std::size_t r2_max_parts = 10'000;
inline constexpr std::size_t r2_max_list = 1000;

/// HTTP metadata of an object. Header values are stored verbatim.
struct HttpMetadata {
  std::optional<std::string> content_type;
  std::optional<std::string> content_language;
  std::optional<std::string> content_disposition;
  std::optional<std::string> content_encoding;
  std::optional<std::string> cache_control;
  std::optional<UnixMillis> cache_expiry;
  /// The MD5, in base64, of the customer-provided key that S3 requests for the object must send (SSE-C;
  /// docs/formats.md). Known only for objects of the state folder.
  std::optional<std::string> customer_key_md5;

  bool operator==(const HttpMetadata&) const = default;
};

/// User-defined metadata: names and values.
using CustomMetadata = std::vector<std::pair<std::string, std::string>>;

/// The checksums of S3's clients. An upload's id has their place in this list, so new ones come last.
inline constexpr std::array<std::string_view, 5> s3_checksum_algorithms = {"CRC32", "CRC32C", "CRC64NVME",
                                                                           "SHA1", "SHA256"};

/// A checksum of S3 that is no hash of the whole body: a CRC, or one made of those of the parts.
struct S3Checksum {
  std::string algorithm;  ///< one of s3_checksum_algorithms
  std::string value;      ///< in base64; of the parts' checksums with "-" and their number

  bool operator==(const S3Checksum&) const = default;
};

/// Checksums of an object; only those that the writer supplied.
struct ObjectChecksums {
  /// Hashes of the whole body in lower-case hex, by HashKind.
  std::array<std::optional<std::string>, hash_kinds.size()> by_kind;
  /// Not known to wrangler, and kept where it passes over it.
  std::optional<S3Checksum> s3 = {};

  [[nodiscard]] std::optional<std::string>& of(HashKind kind) {
    return by_kind.at(static_cast<std::size_t>(kind));
  }
  [[nodiscard]] const std::optional<std::string>& of(HashKind kind) const {
    return by_kind.at(static_cast<std::size_t>(kind));
  }
};

/// An object's metadata, without its bytes.
struct ObjectInfo {
  std::string key;  ///< UTF-8, 1 to 1,024 bytes
  std::uint64_t size = 0;
  std::string etag;     ///< MD5 of the body in hex; for a multipart object "<MD5 of the parts' MD5s>-<parts>"
  std::string version;  ///< changes with every write of the key; opaque; empty: not known
  UnixMillis uploaded = 0;
  HttpMetadata http;
  CustomMetadata custom;
  ObjectChecksums checksums;
  std::optional<std::string> storage_class;  ///< "Standard", "InfrequentAccess"; nullopt: not known

  /// Whether the object is stored in parts; if so, its etag is not the MD5 of its bytes.
  [[nodiscard]] bool is_multipart() const { return etag.find('-') != std::string::npos; }
};

/// Throws limit or invalid_input unless the key is 1 to 1,024 bytes of valid UTF-8.
void check_object_key(std::string_view key);

/// Throws limit if names and values exceed 8,192 bytes together, invalid_input if any is not valid UTF-8.
void check_custom_metadata(const CustomMetadata& custom);

/// Throws invalid_input unless the name is 3 to 63 lower-case letters, digits and hyphens, neither starting
/// nor ending with a hyphen. Source of the rule: docs/reference/r2.md.
void check_bucket_name(std::string_view name);

}  // namespace corral

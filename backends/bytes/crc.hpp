#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace corral {

/// The cyclic redundancy checks of S3's checksums. They detect accidental damage only.
enum class CrcKind {
  crc32,      ///< of zip and Ethernet, polynomial 04C11DB7
  crc32c,     ///< Castagnoli (RFC 3720), polynomial 1EDC6F41
  crc64nvme,  ///< of NVMe's base specification, polynomial AD93D23594C93659
};

/// An incremental check.
class Crc {
 public:
  explicit Crc(CrcKind kind);

  void update(std::string_view bytes);

  /// The check of everything so far, most significant byte first: 4 or 8 bytes.
  [[nodiscard]] std::string digest() const;

 private:
  struct Tables;
  static const Tables& tables_of(CrcKind kind);

  const Tables* tables_;
  bool is_wide_;
  std::uint64_t state_;
};

}  // namespace corral

#include "serve/s3/checksum.hpp"

#include <algorithm>

#include "backends/bytes/base64.hpp"

namespace corral::serve::s3 {

const ChecksumKind* kind_of_header(std::string_view name) {
  constexpr std::string_view prefix = "x-amz-checksum-";
  if (!name.starts_with(prefix)) return nullptr;
  name.remove_prefix(prefix.size());
  const auto* const found = std::find_if(checksum_kinds.begin(), checksum_kinds.end(),
                                         [&](const ChecksumKind& kind) { return kind.name == name; });
  return found == checksum_kinds.end() ? nullptr : found;
}

const ChecksumKind* kind_of_algorithm(std::string_view name) {
  const auto* const found = std::find_if(checksum_kinds.begin(), checksum_kinds.end(),
                                         [&](const ChecksumKind& kind) { return kind.xml == name; });
  return found == checksum_kinds.end() ? nullptr : found;
}

ChecksumSum::ChecksumSum(const ChecksumKind& kind) {
  if (kind.name == "crc32") crc_.emplace(CrcKind::crc32);
  if (kind.name == "crc32c") crc_.emplace(CrcKind::crc32c);
  if (kind.name == "crc64nvme") crc_.emplace(CrcKind::crc64nvme);
  if (kind.name == "sha1") hash_.emplace(HashKind::sha1);
  if (kind.name == "sha256") hash_.emplace(HashKind::sha256);
}

void ChecksumSum::update(std::string_view bytes) {
  if (crc_) {
    crc_->update(bytes);
  } else {
    hash_->update(bytes);
  }
}

std::string ChecksumSum::base64() {
  return base64_encode(crc_ ? crc_->digest() : hash_->digest());
}

}  // namespace corral::serve::s3

#include "backends/multipart_uploads.hpp"

#include <algorithm>
#include <array>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/hashing.hpp"

namespace corral {

namespace {

constexpr std::size_t upload_id_bytes = 128;

}  // namespace

std::string new_upload_id(std::string_view algorithm) {
  std::array<unsigned char, upload_id_bytes + 1> bytes{};
  fill_random(bytes);
  const auto* const found =
      std::find(s3_checksum_algorithms.begin(), s3_checksum_algorithms.end(), algorithm);
  const bool has_one = found != s3_checksum_algorithms.end();
  bytes.back() = static_cast<unsigned char>(found - s3_checksum_algorithms.begin() + 1);
  return base64url_encode({reinterpret_cast<const char*>(bytes.data()), upload_id_bytes + (has_one ? 1 : 0)});
}

std::string_view checksum_of_upload(std::string_view id) {
  const auto bytes = base64_decode(id);
  if (!bytes || bytes->size() != upload_id_bytes + 1) return {};
  const std::size_t place = static_cast<unsigned char>(bytes->back());
  return place >= 1 && place <= s3_checksum_algorithms.size() ? s3_checksum_algorithms.at(place - 1)
                                                              : std::string_view();
}

}  // namespace corral

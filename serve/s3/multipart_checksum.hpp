#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backends/multipart_uploads.hpp"
#include "serve/s3/checksum.hpp"
#include "serve/s3/s3_request.hpp"

/// The checksums of multipart uploads ("Checksum types" in R2's list of S3's operations): CRC64NVME covers
/// the whole object (FULL_OBJECT), each of the others the checksums of the parts (COMPOSITE). Parts are read
/// once more when an upload is completed, since nothing in the layout of wrangler could keep what they had.
namespace corral::serve::s3 {

/// "FULL_OBJECT" or "COMPOSITE", as it is for a multipart upload.
std::string_view type_of_multipart(const ChecksumKind& kind);

/// The checksum that a new upload asks for; nullptr if absent. Throws S3Error (InvalidRequest) for an
/// algorithm or type that R2 does not have.
const ChecksumKind* checksum_of_new_upload(const S3Request& request);

/// Throws S3Error (InvalidRequest) unless a part comes with the checksum that its upload was begun with.
void check_part_checksum(const S3Request& request, std::string_view upload_id);

/// A part, as the request that completes an upload names it.
struct ClaimedPart {
  NamedPart named;
  const ChecksumKind* kind = nullptr;  ///< of its checksum; nullptr if absent
  std::string checksum;                ///< in base64
};

/// The checksum of the object that the parts become: of the kind that the upload was begun with, or that the
/// request has. nullopt if absent. Throws S3Error: InvalidRequest for a checksum that is missing, malformed
/// or of another kind, InvalidPart for one that is not that of the part, BadDigest if the object's is
/// another.
std::optional<S3Checksum> checksum_of_parts(MultipartUploads& uploads, const S3Request& request,
                                            std::string_view upload_id,
                                            const std::vector<ClaimedPart>& parts);

/// Computes a checksum of what is read through it.
class ChecksummedSource final : public ByteSource {
 public:
  /// `source` must outlive it.
  ChecksummedSource(ByteSource& source, const ChecksumKind& kind) : source_(source), sum_(kind) {}

  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = source_.read(buffer);
    sum_.update({buffer.data(), count});
    return count;
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return source_.remaining(); }

  /// In base64, of everything so far. Call it last.
  std::string base64() { return sum_.base64(); }

 private:
  ByteSource& source_;
  ChecksumSum sum_;
};

}  // namespace corral::serve::s3

#include "serve/s3/multipart_checksum.hpp"

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

namespace {

constexpr std::size_t piece_bytes = std::size_t{128} << 10U;

S3Error invalid_request(std::string message) {
  return {400, "InvalidRequest", std::move(message)};
}

bool is_composite(const ChecksumKind& kind) {
  return kind.xml != "CRC64NVME";
}

/// The bytes of a checksum; nullopt: the text is none of this kind.
std::optional<std::string> bytes_of(const ChecksumKind& kind, std::string_view base64) {
  auto bytes = base64_decode(base64);
  if (!bytes || bytes->size() != kind.bytes) return std::nullopt;
  return bytes;
}

/// The kind that the checksums of a request have, which is that of its upload if that has one.
const ChecksumKind* kind_of_completion(const S3Request& request, std::string_view upload_id,
                                       const std::vector<ClaimedPart>& parts) {
  const ChecksumKind* kind = kind_of_algorithm(checksum_of_upload(upload_id));
  for (const ChecksumKind& one : checksum_kinds) {
    if (kind == nullptr && request.header(header_of(one))) kind = &one;
  }
  for (const ClaimedPart& part : parts) {
    if (part.kind == nullptr) continue;
    if (kind == nullptr) kind = part.kind;
    if (part.kind != kind) {
      throw invalid_request(fmt::format("The checksum of part {} is a {}, but those of the upload are {}.",
                                        part.named.number, part.kind->xml, kind->xml));
    }
  }
  return kind;
}

/// The value that the request announces for the object, without the number of parts; empty if absent.
std::string announced_value(const S3Request& request, const ChecksumKind& kind, std::size_t parts) {
  const auto header = request.header(header_of(kind));
  if (!header) return {};
  std::string value = *header;
  const std::string suffix = fmt::format("-{}", parts);
  if (is_composite(kind) && value.ends_with(suffix)) value.resize(value.size() - suffix.size());
  const auto bytes = bytes_of(kind, value);
  if (!bytes) throw invalid_request(fmt::format("Value for {} header is invalid.", header_of(kind)));
  return base64_encode(*bytes);
}

void check_claims(const ChecksumKind& kind, std::string_view upload_id,
                  const std::vector<ClaimedPart>& parts) {
  const bool are_required = is_composite(kind) && !checksum_of_upload(upload_id).empty();
  for (const ClaimedPart& part : parts) {
    if (part.kind == nullptr && are_required) {
      throw invalid_request(
          fmt::format("The upload was created using a {} checksum. The complete request must include the "
                      "checksum for each part. It was missing for part {} in the request.",
                      kind.name, part.named.number));
    }
    if (part.kind != nullptr && !bytes_of(kind, part.checksum))
      throw S3Error(400, "InvalidPart",
                    fmt::format("The checksum of part {} is malformed.", part.named.number));
  }
}

}  // namespace

std::string_view type_of_multipart(const ChecksumKind& kind) {
  return is_composite(kind) ? "COMPOSITE" : "FULL_OBJECT";
}

const ChecksumKind* checksum_of_new_upload(const S3Request& request) {
  const auto algorithm = request.header("x-amz-checksum-algorithm");
  const auto type = request.header("x-amz-checksum-type");
  if (!algorithm) {
    if (type)
      throw invalid_request(
          "The x-amz-checksum-type header can only be used with the "
          "x-amz-checksum-algorithm header.");
    return nullptr;
  }
  const ChecksumKind* const kind = kind_of_algorithm(*algorithm);
  if (kind == nullptr)
    throw invalid_request(
        "Checksum algorithm provided is unsupported. Please try again with any of the "
        "valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]");
  if (type && *type != type_of_multipart(*kind)) {
    throw invalid_request(fmt::format("The {} checksum type cannot be used with the {} checksum algorithm.",
                                      *type, kind->name));
  }
  return kind;
}

void check_part_checksum(const S3Request& request, std::string_view upload_id) {
  const ChecksumKind* const wanted = kind_of_algorithm(checksum_of_upload(upload_id));
  const ChecksumKind* const given = request.body.checksum_kind();
  if (wanted == nullptr || wanted == given || (given == nullptr && !is_composite(*wanted))) return;
  throw invalid_request(
      fmt::format("Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {}",
                  wanted->name, given == nullptr ? "null" : given->name));
}

std::optional<S3Checksum> checksum_of_parts(MultipartUploads& uploads, const S3Request& request,
                                            std::string_view upload_id,
                                            const std::vector<ClaimedPart>& parts) {
  const ChecksumKind* const kind = kind_of_completion(request, upload_id, parts);
  if (kind == nullptr) return std::nullopt;
  check_claims(*kind, upload_id, parts);
  const std::string announced = announced_value(request, *kind, parts.size());
  ChecksumSum total(*kind);
  std::string buffer(piece_bytes, '\0');
  for (const ClaimedPart& part : parts) {
    const auto bytes = uploads.read_part(request.key(), upload_id, part.named.number);
    if (bytes == nullptr) return std::nullopt;  // completing it says what is wrong
    ChecksumSum sum(*kind);
    while (const std::size_t count = bytes->read(buffer)) {
      if (is_composite(*kind) || part.kind != nullptr) sum.update({buffer.data(), count});
      if (!is_composite(*kind)) total.update({buffer.data(), count});
    }
    const std::string value = sum.base64();
    if (part.kind != nullptr && value != base64_encode(*bytes_of(*kind, part.checksum))) {
      throw S3Error(400, "InvalidPart",
                    fmt::format("The checksum of part {} is not the one given.", part.named.number));
    }
    if (is_composite(*kind)) total.update(*bytes_of(*kind, value));
  }
  std::string value = total.base64();
  if (!announced.empty() && announced != value) {
    throw S3Error(400, "BadDigest",
                  fmt::format("The {} you specified did not match the calculated checksum.", kind->name));
  }
  if (is_composite(*kind)) value += fmt::format("-{}", parts.size());
  return S3Checksum{.algorithm = std::string(kind->xml), .value = std::move(value)};
}

}  // namespace corral::serve::s3

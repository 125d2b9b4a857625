#pragma once

#include <memory>
#include <optional>
#include <string>

#include "backends/bytes/byte_stream.hpp"
#include "serve/http/request.hpp"
#include "serve/s3/authentication.hpp"
#include "serve/s3/aws_chunked.hpp"
#include "serve/s3/checksum.hpp"

namespace corral::serve::s3 {

/// The content of a request's body: out of its aws-chunked framing, and checked against everything that the
/// request says of it. A reader that
/// gets to the end has the content that was signed; if it is not, the last read throws.
class RequestBody final : public ByteSource {
 public:
  /// What a checksum in the headers is of.
  enum class Covers { body, object };

  /// `authentication`: nullptr for a request without a signature. Both must outlive it. Throws S3Error
  /// (InvalidDigest, InvalidRequest) for headers that are malformed.
  RequestBody(Request& request, const Authentication* authentication, Covers covers = Covers::body);

  /// Throws S3Error: BadDigest, XAmzContentSHA256Mismatch, IncompleteBody, and as AwsChunkedSource does.
  std::size_t read(std::span<char> buffer) override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override;

  /// The checksum that the request announces, by header or trailer; nullptr if absent.
  [[nodiscard]] const ChecksumKind* checksum_kind() const { return kind_; }
  /// Its value in base64, once the end has been read.
  [[nodiscard]] const std::string& checksum() const { return computed_; }
  /// The value that a header announced; nullopt if absent, or it comes in the trailer.
  [[nodiscard]] const std::optional<std::string>& announced() const { return announced_; }

 private:
  void find_checksum(const Request& request);
  void finish();

  ByteSource& raw_;
  std::optional<AwsChunkedSource> chunked_;
  std::optional<Hasher> payload_;  ///< of a body whose SHA-256 is signed
  std::string payload_hash_;
  const ChecksumKind* kind_ = nullptr;
  std::optional<ChecksumSum> sum_;
  std::optional<std::string> announced_;
  std::string computed_;
  bool is_finished_ = false;
};

/// Reads a small body, such as XML, into memory. Throws S3Error (MaxMessageLengthExceeded) beyond `limit`
/// bytes.
std::string read_document(RequestBody& body, std::uint64_t limit);

}  // namespace corral::serve::s3

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "backends/bytes/byte_stream.hpp"
#include "backends/bytes/hashing.hpp"
#include "backends/http/client.hpp"
#include "backends/s3/signature.hpp"

namespace corral::serve::s3 {

/// What the signatures of chunks are checked with.
struct ChunkSigning {
  Sha256 key{};
  corral::s3::SigningScope scope;
  std::string seed;  ///< the signature of the request
};

/// A body in the content coding aws-chunked ("Transferring Payload in Multiple Chunks (Chunked Upload)" and
/// "... with trailing headers" in Amazon's S3 API reference): what is read is the content. Every chunk's
/// signature is checked at its end, so a reader must not act on bytes before it has seen the end.
class AwsChunkedSource final : public ByteSource {
 public:
  /// `framed` must outlive it. `signing`: nullopt for chunks that carry no signature. `length`: of the
  /// content (x-amz-decoded-content-length), if announced.
  AwsChunkedSource(ByteSource& framed, std::optional<ChunkSigning> signing,
                   std::optional<std::uint64_t> length, bool has_trailer);

  /// Throws S3Error: SignatureDoesNotMatch, IncompleteBody, InvalidRequest for broken framing; and what the
  /// framed source throws.
  std::size_t read(std::span<char> buffer) override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override;

  /// The trailing headers, once the end has been read.
  [[nodiscard]] const std::vector<http::Header>& trailer() const { return trailer_; }

 private:
  /// The next line without its CRLF.
  std::string line();
  bool fill();
  void begin_chunk();
  void end_chunk();
  void read_trailer();
  void check_signature(std::string_view given, const std::string& wanted);

  ByteSource& framed_;
  std::optional<ChunkSigning> signing_;
  std::optional<std::uint64_t> length_;
  bool has_trailer_;
  std::string buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t left_ = 0;  ///< of the chunk
  std::uint64_t done_ = 0;  ///< of the content
  bool in_chunk_ = false;
  bool is_ended_ = false;
  std::optional<Hasher> hash_;  ///< of the chunk
  std::string given_;           ///< the chunk's signature
  std::string previous_;        ///< that of the chunk before
  std::vector<http::Header> trailer_;
};

}  // namespace corral::serve::s3

// Bodies in aws-chunked framing: whatever arrives, in whatever pieces, is content or a refusal of S3.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "serve/s3/aws_chunked.hpp"
#include "serve/s3/s3_error.hpp"
#include "tests/pieces.hpp"

namespace {

using corral::serve::s3::AwsChunkedSource;

/// The content, or the code of the refusal.
std::string result(std::string_view framed, std::size_t piece, bool is_signed, bool has_trailer) {
  corral::testing::Pieces pieces(framed, piece);
  std::optional<corral::serve::s3::ChunkSigning> signing;
  if (is_signed) signing = corral::serve::s3::ChunkSigning{{}, {.moment = 0, .region = "auto"}, "seed"};
  AwsChunkedSource source(pieces, std::move(signing), std::nullopt, has_trailer);
  std::string content;
  std::array<char, 64> buffer{};
  try {
    while (const std::size_t count = source.read(buffer)) content.append(buffer.data(), count);
  } catch (const corral::serve::s3::S3Error& error) {
    return error.code();
  }
  if (content.size() > framed.size()) std::abort();
  return content;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view framed(reinterpret_cast<const char*>(data) + 2, size - 2);
  const bool is_signed = (data[0] & 1U) != 0;
  const bool has_trailer = (data[0] & 2U) != 0;
  const std::string whole = result(framed, size, is_signed, has_trailer);
  if (result(framed, data[1] % 16U + 1U, is_signed, has_trailer) != whole) std::abort();
  return 0;
}

#include "serve/s3/request_body.hpp"

#include <charconv>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/text.hpp"
#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

namespace {

std::optional<std::uint64_t> decoded_length(const Request& request) {
  const auto header = request.header("x-amz-decoded-content-length");
  if (!header) return std::nullopt;
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(header->data(), header->data() + header->size(), length);
  if (header->empty() || error != std::errc() || end != header->data() + header->size())
    throw invalid_argument("x-amz-decoded-content-length is not a number");
  return length;
}

bool is_framed(Payload payload) {
  return payload != Payload::hashed && payload != Payload::unsigned_whole;
}

/// Framing without a kind of payload that says so, as in presigned requests. Some clients name the coding and
/// do not use it.
bool is_encoded(const Request& request) {
  return ascii_lower(request.header("content-encoding").value_or("")).find("aws-chunked") !=
             std::string::npos &&
         (request.header("x-amz-decoded-content-length") || request.header("x-amz-trailer"));
}

}  // namespace

RequestBody::RequestBody(Request& request, const Authentication* authentication, Covers covers)
    : raw_(*request.body) {
  const Payload payload = authentication != nullptr ? authentication->payload : Payload::unsigned_whole;
  if (payload == Payload::hashed) {
    payload_.emplace(HashKind::sha256);
    payload_hash_ = authentication->payload_hash;
  }
  if (is_framed(payload) || is_encoded(request)) {
    std::optional<ChunkSigning> signing;
    if (payload == Payload::signed_chunks || payload == Payload::signed_trailer) {
      signing = ChunkSigning{authentication->signing_key, authentication->scope, authentication->signature};
    }
    const bool has_trailer = payload == Payload::signed_trailer || payload == Payload::unsigned_trailer ||
                             request.header("x-amz-trailer");
    chunked_.emplace(raw_, std::move(signing), decoded_length(request), has_trailer);
  }
  if (covers == Covers::body) find_checksum(request);
}

void RequestBody::find_checksum(const Request& request) {
  for (const http::Header& header : request.headers) {
    const ChecksumKind* const kind = kind_of_header(ascii_lower(header.name));
    if (kind == nullptr) continue;
    const auto bytes = base64_decode(header.value);
    if (kind_ != nullptr) throw S3Error(400, "InvalidRequest", "Expecting a single x-amz-checksum- header.");
    if (!bytes || bytes->size() != kind->bytes) {
      throw S3Error(400, "InvalidRequest",
                    fmt::format("Value for {} header is invalid.", ascii_lower(header.name)));
    }
    kind_ = kind;
    announced_ = base64_encode(*bytes);
  }
  if (kind_ == nullptr) {
    if (const auto trailer = request.header("x-amz-trailer")) kind_ = kind_of_header(ascii_lower(*trailer));
  }
  if (kind_ != nullptr) sum_.emplace(*kind_);
}

std::optional<std::uint64_t> RequestBody::remaining() const {
  return chunked_ ? chunked_->remaining() : raw_.remaining();
}

std::size_t RequestBody::read(std::span<char> buffer) {
  std::size_t count = 0;
  try {
    count = chunked_ ? chunked_->read(buffer) : raw_.read(buffer);
  } catch (const S3Error&) {
    throw;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::io)
      throw S3Error(400, "IncompleteBody", "The request body terminated before the announced length.");
    if (error.kind() == ErrorKind::unavailable) {
      throw S3Error(400, "RequestTimeout",
                    "Your socket connection to the server was not read from or written to within the timeout "
                    "period.");
    }
    if (error.kind() == ErrorKind::limit)
      throw S3Error(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size.");
    throw;
  }
  if (count > 0) {
    if (payload_) payload_->update({buffer.data(), count});
    if (sum_) sum_->update({buffer.data(), count});
  } else if (!buffer.empty() && !is_finished_) {
    finish();
  }
  return count;
}

void RequestBody::finish() {
  is_finished_ = true;
  if (payload_ && hex(payload_->digest()) != payload_hash_) {
    throw S3Error(400, "XAmzContentSHA256Mismatch",
                  "The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
  if (!sum_) return;
  computed_ = sum_->base64();
  std::optional<std::string> wanted = announced_;
  if (!wanted && chunked_) {
    for (const http::Header& header : chunked_->trailer()) {
      if (kind_of_header(header.name) == kind_) wanted = header.value;
    }
  }
  if (!wanted) throw S3Error(400, "MalformedTrailerError", "The announced trailing checksum is missing.");
  if (*wanted != computed_) {
    throw S3Error(400, "BadDigest",
                  fmt::format("The {} you specified did not match the calculated checksum.", kind_->xml));
  }
}

std::string read_document(RequestBody& body, std::uint64_t limit) {
  std::string text;
  std::string buffer(std::size_t{16} << 10U, '\0');
  while (const std::size_t count = body.read(buffer)) {
    if (text.size() + count > limit)
      throw S3Error(400, "MaxMessageLengthExceeded", "Your request was too large.");
    text.append(buffer, 0, count);
  }
  return text;
}

}  // namespace corral::serve::s3

#include "serve/s3/aws_chunked.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "backends/bytes/text.hpp"
#include "serve/http/gate.hpp"
#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

namespace {

constexpr std::size_t buffer_bytes = std::size_t{64} << 10U;
constexpr std::size_t longest_line = 4096;
constexpr std::size_t most_trailers = 32;
constexpr std::uint64_t largest_chunk = std::uint64_t{5} << 30U;

S3Error broken_framing() {
  return {400, "InvalidRequest", "The chunks of the aws-chunked body are malformed."};
}

S3Error incomplete() {
  return {400, "IncompleteBody", "The request body terminated before the announced length."};
}

}  // namespace

AwsChunkedSource::AwsChunkedSource(ByteSource& framed, std::optional<ChunkSigning> signing,
                                   std::optional<std::uint64_t> length, bool has_trailer)
    : framed_(framed),
      signing_(std::move(signing)),
      length_(length),
      has_trailer_(has_trailer),
      buffer_(buffer_bytes, '\0') {
  if (signing_) previous_ = signing_->seed;
}

std::optional<std::uint64_t> AwsChunkedSource::remaining() const {
  if (!length_) return std::nullopt;
  return *length_ - std::min(done_, *length_);
}

bool AwsChunkedSource::fill() {
  if (begin_ == end_) begin_ = end_ = 0;
  if (end_ == buffer_.size()) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  const std::size_t count = framed_.read({buffer_.data() + end_, buffer_.size() - end_});
  end_ += count;
  return count > 0;
}

std::string AwsChunkedSource::line() {
  while (true) {
    const std::string_view here(buffer_.data() + begin_, end_ - begin_);
    if (const std::size_t at = here.find("\r\n"); at != std::string_view::npos) {
      std::string text(here.substr(0, at));
      begin_ += at + 2;
      return text;
    }
    if (here.size() > longest_line) throw broken_framing();
    if (!fill()) throw incomplete();
  }
}

void AwsChunkedSource::begin_chunk() {
  const std::string header = line();
  const std::string_view text = header;
  const std::string_view digits = text.substr(0, text.find(';'));
  constexpr int hexadecimal = 16;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), left_, hexadecimal);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size() || left_ > largest_chunk)
    throw broken_framing();
  constexpr std::string_view field = "chunk-signature=";
  const std::size_t at = text.find(field);
  given_ = at == std::string_view::npos ? "" : text.substr(at + field.size());
  if (signing_) hash_.emplace(HashKind::sha256);
  in_chunk_ = true;
}

void AwsChunkedSource::check_signature(std::string_view given, const std::string& wanted) {
  if (!equal_secrets(given, wanted)) {
    throw S3Error(403, "SignatureDoesNotMatch",
                  "The signature of a part of the body does not match the signature we calculated.");
  }
  previous_ = wanted;
}

void AwsChunkedSource::end_chunk() {
  in_chunk_ = false;
  if (signing_) {
    check_signature(
        given_, corral::s3::chunk_signature(signing_->key, signing_->scope, previous_, hex(hash_->digest())));
  }
}

/// After the last chunk: the trailing headers and an empty line.
void AwsChunkedSource::read_trailer() {
  std::string covered;
  std::string signature;
  while (true) {
    // Some clients leave out the empty line at the very end.
    if (begin_ == end_ && !fill()) break;
    const std::string text = line();
    if (text.empty()) break;
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos || trailer_.size() == most_trailers) throw broken_framing();
    std::string name = ascii_lower(text.substr(0, colon));
    std::string value = text.substr(colon + 1);
    value.erase(0, value.find_first_not_of(' '));
    if (name == "x-amz-trailer-signature") {
      signature = std::move(value);
      continue;
    }
    covered.append(name).append(":").append(value).append("\n");
    trailer_.push_back({std::move(name), std::move(value)});
  }
  if (!has_trailer_ && !trailer_.empty()) throw broken_framing();
  if (signing_ && has_trailer_) {
    check_signature(signature, corral::s3::trailer_signature(signing_->key, signing_->scope, previous_,
                                                             hex(sha256(covered))));
  }
}

std::size_t AwsChunkedSource::read(std::span<char> buffer) {
  if (buffer.empty()) return 0;
  while (!is_ended_) {
    if (!in_chunk_) {
      begin_chunk();
      if (left_ == 0) {
        end_chunk();
        read_trailer();
        is_ended_ = true;
        if (length_ && done_ != *length_) throw incomplete();
        break;
      }
    }
    if (begin_ == end_ && !fill()) throw incomplete();
    const auto count = std::min<std::uint64_t>({buffer.size(), end_ - begin_, left_});
    std::memcpy(buffer.data(), buffer_.data() + begin_, count);
    begin_ += count;
    left_ -= count;
    done_ += count;
    if (hash_) hash_->update({buffer.data(), count});
    if (left_ == 0) {
      while (end_ - begin_ < 2) {
        if (!fill()) throw incomplete();
      }
      if (buffer_.compare(begin_, 2, "\r\n") != 0) throw broken_framing();
      begin_ += 2;
      end_chunk();
    }
    if (length_ && done_ > *length_) throw incomplete();
    return count;
  }
  return 0;
}

}  // namespace corral::serve::s3

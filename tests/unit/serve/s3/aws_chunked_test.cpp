#include "serve/s3/aws_chunked.hpp"

#include <string>

#include <doctest/doctest.h>

#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

namespace {

/// The example of Amazon's S3 API reference, "Signature Calculations for the Authorization Header:
/// Transferring Payload in Multiple Chunks": 66,560 bytes 'a'.
constexpr const char* example_secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const corral::s3::SigningScope example_scope{.moment = 1'369'353'600'000, .region = "us-east-1"};
constexpr const char* seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
constexpr const char* first = "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648";
constexpr const char* second = "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497";
constexpr const char* last = "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9";

ChunkSigning example_signing() {
  return {corral::s3::signing_key(example_secret, example_scope), example_scope, seed};
}

std::string example_body(std::string_view second_signature = second) {
  return "10000;chunk-signature=" + std::string(first) + "\r\n" + std::string(65'536, 'a') +
         "\r\n400;chunk-signature=" + std::string(second_signature) + "\r\n" + std::string(1024, 'a') +
         "\r\n0;chunk-signature=" + last + "\r\n\r\n";
}

std::string read(ByteSource& source) {
  return read_all(source, 1'000'000, "the body");
}

std::string refusal(const std::string& framed, std::optional<ChunkSigning> signing = {},
                    std::optional<std::uint64_t> length = {}, bool has_trailer = false) {
  MemorySource source(framed);
  AwsChunkedSource chunked(source, std::move(signing), length, has_trailer);
  try {
    read(chunked);
    return "accepted";
  } catch (const S3Error& error) {
    return error.code();
  }
}

}  // namespace

TEST_CASE("S3's example of signed chunks") {
  const std::string body = example_body();
  MemorySource framed(body);
  AwsChunkedSource source(framed, example_signing(), 66'560, false);
  CHECK(source.remaining() == 66'560);
  CHECK(read(source) == std::string(66'560, 'a'));
}

TEST_CASE("a changed chunk, a changed signature, chunks left out") {
  std::string changed = example_body();
  changed[200] = 'b';
  CHECK(refusal(changed, example_signing()) == "SignatureDoesNotMatch");
  CHECK(refusal(example_body(first), example_signing()) == "SignatureDoesNotMatch");
  CHECK(refusal(example_body(""), example_signing()) == "SignatureDoesNotMatch");
  const std::string shorter = "0;chunk-signature=" + std::string(last) + "\r\n\r\n";
  CHECK(refusal(shorter, example_signing()) == "SignatureDoesNotMatch");
  CHECK(refusal(example_body().substr(0, 66'000), example_signing()) == "IncompleteBody");
}

TEST_CASE("unsigned chunks with a trailer") {
  const std::string body = "5\r\nhello\r\n1\r\n!\r\n0\r\nx-amz-checksum-crc32:nd9p+g==\r\nOther: 1\r\n\r\n";
  MemorySource framed(body);
  AwsChunkedSource source(framed, std::nullopt, 6, true);
  CHECK(read(source) == "hello!");
  REQUIRE(source.trailer().size() == 2);
  CHECK(source.trailer()[0].name == "x-amz-checksum-crc32");
  CHECK(source.trailer()[0].value == "nd9p+g==");
  CHECK(source.trailer()[1].name == "other");
  CHECK(refusal("0\r\n", {}, 0) == "accepted");  // without the last line
}

TEST_CASE("a signed trailer") {
  const Sha256 key = corral::s3::signing_key(example_secret, example_scope);
  const std::string chunk = corral::s3::chunk_signature(key, example_scope, seed, hex(sha256("hello")));
  const std::string end = corral::s3::chunk_signature(key, example_scope, chunk, hex(sha256("")));
  const std::string trailer =
      corral::s3::trailer_signature(key, example_scope, end, hex(sha256("x-amz-checksum-crc32:NhCmhg==\n")));
  const auto body = [&](const std::string& value, const std::string& signature) {
    return "5;chunk-signature=" + chunk + "\r\nhello\r\n0;chunk-signature=" + end +
           "\r\nx-amz-checksum-crc32:" + value + "\r\nx-amz-trailer-signature:" + signature + "\r\n\r\n";
  };
  CHECK(refusal(body("NhCmhg==", trailer), example_signing(), 5, true) == "accepted");
  CHECK(refusal(body("AAAAAA==", trailer), example_signing(), 5, true) == "SignatureDoesNotMatch");
  CHECK(refusal(body("NhCmhg==", end), example_signing(), 5, true) == "SignatureDoesNotMatch");
}

TEST_CASE("broken framing") {
  CHECK(refusal("x\r\n") == "InvalidRequest");
  CHECK(refusal("\r\n") == "InvalidRequest");
  CHECK(refusal("-1\r\n") == "InvalidRequest");
  CHECK(refusal("ffffffffffffffffff\r\n") == "InvalidRequest");
  CHECK(refusal("5\r\nhelloXX") == "InvalidRequest");
  CHECK(refusal("5\r\nhel") == "IncompleteBody");
  CHECK(refusal("") == "IncompleteBody");
  CHECK(refusal(std::string(10'000, '1')) == "InvalidRequest");
  CHECK(refusal("5\r\nhello\r\n0\r\n\r\n", {}, 4) == "IncompleteBody");
  CHECK(refusal("5\r\nhello\r\n0\r\n\r\n", {}, 6) == "IncompleteBody");
  CHECK(refusal("0\r\nno colon\r\n\r\n", {}, {}, true) == "InvalidRequest");
  CHECK(refusal("0\r\nx: y\r\n\r\n", {}, {}, false) == "InvalidRequest");
}

}  // namespace corral::serve::s3

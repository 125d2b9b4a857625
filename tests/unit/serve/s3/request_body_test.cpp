#include "serve/s3/request_body.hpp"

#include <string>

#include <doctest/doctest.h>

#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

namespace {

std::string result(const std::string& raw, std::vector<http::Header> headers,
                   Payload payload = Payload::unsigned_whole, const std::string& hash = {}) {
  MemorySource source(raw);
  Request request;
  request.headers = std::move(headers);
  request.body = &source;
  Authentication authentication;
  authentication.payload = payload;
  authentication.payload_hash = hash;
  try {
    RequestBody body(request, &authentication);
    return read_all(body, 1000, "the body");
  } catch (const S3Error& error) {
    return error.code();
  }
}

}  // namespace

TEST_CASE("the hash that is signed") {
  CHECK(result("hello", {}, Payload::hashed, hex(sha256("hello"))) == "hello");
  CHECK(result("hellO", {}, Payload::hashed, hex(sha256("hello"))) == "XAmzContentSHA256Mismatch");
}

/// Of the nine bytes "123456789".
TEST_CASE("checksums in headers") {
  const std::vector<std::pair<std::string, std::string>> good = {
      {"crc32", "y/Q5Jg=="},
      {"crc32c", "4waSgw=="},
      {"crc64nvme", "rosUhgp5mIg="},
      {"sha1", "98O8HYCOBHMq32eZZczDTKeuNEE="},
      {"sha256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="}};
  for (const auto& [name, value] : good) {
    CAPTURE(name);
    CHECK(result("123456789", {{"X-Amz-Checksum-" + name, value}}) == "123456789");
    CHECK(result("123456780", {{"x-amz-checksum-" + name, value}}) == "BadDigest");
    CHECK(result("123456789", {{"x-amz-checksum-" + name, "AAAA"}}) == "InvalidRequest");
  }
}

TEST_CASE("a checksum in the trailer") {
  const std::vector<http::Header> headers = {{"x-amz-trailer", "x-amz-checksum-crc32"},
                                             {"content-encoding", "aws-chunked"}};
  const auto body = [](const std::string& trailer) { return "9\r\n123456789\r\n0\r\n" + trailer + "\r\n"; };
  CHECK(result(body("x-amz-checksum-crc32:y/Q5Jg==\r\n"), headers, Payload::unsigned_trailer) == "123456789");
  CHECK(result(body("x-amz-checksum-crc32:AAAAAA==\r\n"), headers, Payload::unsigned_trailer) == "BadDigest");
  CHECK(result(body(""), headers, Payload::unsigned_trailer) == "MalformedTrailerError");
}

}  // namespace corral::serve::s3

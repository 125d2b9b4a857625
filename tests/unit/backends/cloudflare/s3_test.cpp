#include <string>

#include <doctest/doctest.h>

#include "backends/cloudflare/multipart_upload.hpp"
#include "backends/cloudflare/object_headers.hpp"
#include "backends/cloudflare/part_source.hpp"
#include "backends/cloudflare/s3_client.hpp"
#include "backends/cloudflare/s3_error.hpp"
#include "tests/failure.hpp"
#include "tests/fixed_environment.hpp"

namespace corral::cloudflare {

using corral::testing::FixedEnvironment;
using corral::testing::kind_of_failure;

namespace {

constexpr std::uint64_t mib = std::uint64_t{1} << 20U;

std::string endpoint(const FixedEnvironment& environment, const std::string& account,
                     const std::optional<std::string>& jurisdiction = {}) {
  return s3_endpoint(Variables(environment, [](std::string_view) {}), account, jurisdiction);
}

}  // namespace

TEST_CASE("an endpoint is the account's, or what AWS_ENDPOINT_URL_S3 says") {
  CHECK(endpoint({}, "0a1b") == "https://0a1b.r2.cloudflarestorage.com");
  CHECK(endpoint({}, "0a1b", "eu") == "https://0a1b.eu.r2.cloudflarestorage.com");
  CHECK(endpoint({}, "0a1b", "default") == "https://0a1b.r2.cloudflarestorage.com");
  CHECK(endpoint({{"AWS_ENDPOINT_URL_S3", "https://s3.test/x/"}}, "a") == "https://s3.test/x");
  CHECK(endpoint({{"AWS_ENDPOINT_URL_S3", "http://[::1]:9000"}}, "a") == "http://[::1]:9000");
  for (const char* const url :
       {"http://s3.test", "http://127.evil.test/", "s3.test", "http://localhost.evil.test"})
    CHECK(kind_of_failure([&] { endpoint({{"AWS_ENDPOINT_URL_S3", url}}, "a"); }) == ErrorKind::usage);
  CHECK(kind_of_failure([] { endpoint({}, "evil.test/"); }) == ErrorKind::usage);
  CHECK(kind_of_failure([] { endpoint({}, "a", "evil.test/"); }) == ErrorKind::usage);
}

TEST_CASE("parts are as large as 10,000 of them need") {
  ObjectWrite write;
  write.key = "k";
  CHECK(part_size_of(write, 301 * mib) == 16 * mib);
  CHECK(part_size_of(write, 160'000 * mib) == 16 * mib);
  CHECK(part_size_of(write, 160'000 * mib + 1) == 32 * mib);
  CHECK(part_size_of(write, {}) == 64 * mib);
  CHECK(part_size_of(write, r2_max_part_bytes * r2_max_parts) == r2_max_part_bytes);
  CHECK(kind_of_failure([&] { part_size_of(write, r2_max_part_bytes * r2_max_parts + 1); }) ==
        ErrorKind::limit);
  write.part_size = 5 * mib;
  CHECK(part_size_of(write, 50'000 * mib) == 5 * mib);
  CHECK(part_size_of(write, {}) == 5 * mib);
  CHECK(kind_of_failure([&] { part_size_of(write, 50'000 * mib + 1); }) == ErrorKind::limit);
}

TEST_CASE("custom metadata becomes headers") {
  ObjectWrite write;
  write.http.content_type = "a/b";
  write.storage_class = "InfrequentAccess";
  write.custom = {{"plain", "a b"}, {"word", "\xc3\xbc"}, {"edge", " x"}, {"question", "=?x"}};
  std::string text;
  for (const http::Header& header : s3_headers_of(write)) text += header.name + ": " + header.value + "\n";
  CHECK(text ==
        "content-type: a/b\nx-amz-storage-class: STANDARD_IA\nx-amz-meta-plain: a b\n"
        "x-amz-meta-word: =?UTF-8?B?w7w=?=\nx-amz-meta-edge: =?UTF-8?B?IHg=?=\n"
        "x-amz-meta-question: =?UTF-8?B?PT94?=\n");
  for (const char* const name : {"Upper", "a b", "\xc3\xbc", "a:b", "a\r\nb"}) {
    write.custom = {{name, "x"}};
    CHECK(kind_of_failure([&] { s3_headers_of(write); }) == ErrorKind::invalid_input);
  }
}

TEST_CASE("errors of the endpoint, in XML and not") {
  const auto error = [](int status, const std::string& body) {
    return s3_error({.method = "PUT", .path = "b/k", .status = status, .body = body}, "R2_ACCESS_KEY_ID");
  };
  const S3Error denied =
      error(403, "<Error><Code>AccessDenied</Code><Message>No\xc2\x9b way</Message></Error>");
  CHECK(denied.kind() == ErrorKind::denied);
  CHECK(denied.code() == "AccessDenied");
  CHECK(denied.message().find("\xc2\x9b") == std::string::npos);
  CHECK(denied.hint().find("R2_ACCESS_KEY_ID") != std::string::npos);
  CHECK(error(400, "<Error><Code>InvalidPart</Code></Error>").kind() == ErrorKind::conflict);
  CHECK(error(503, "<html>").kind() == ErrorKind::unavailable);
  CHECK(error(503, "<html>").code().empty());
  CHECK(error(503, "<Error><Code>SlowDown</Code></Error>").kind() == ErrorKind::busy);
}

TEST_CASE("a body that can only be read in order is cut into parts that can be read again") {
  const std::string bytes = "abcdefgh";
  MemorySource body(bytes);
  PartSource parts(body, 3, "the body");
  CHECK_FALSE(parts.count());
  std::string all;
  while (const auto part = parts.next()) {
    const std::string first = read_all(*part, 3, "a part");
    CHECK(part->rewind());
    CHECK(read_all(*part, 3, "a part") == first);
    all += first + "|";
  }
  CHECK(all == "abc|def|gh|");
}

}  // namespace corral::cloudflare

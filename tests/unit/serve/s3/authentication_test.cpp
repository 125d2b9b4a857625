#include "serve/s3/authentication.hpp"

#include <string>

#include <doctest/doctest.h>

#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

namespace {

constexpr UnixMillis now = 1'369'353'600'000;
constexpr UnixMillis minute = 60'000;

AccessKey test_key() {
  return {.id = "KEY", .secret = "SECRET", .name = {}, .created_at = 0, .read_only = false, .buckets = {}};
}

std::optional<AccessKey> find_key(std::string_view id) {
  return id == "KEY" ? std::optional(test_key()) : std::nullopt;
}

Request signed_request(UnixMillis moment = now, const std::string& region = "auto") {
  Request request;
  request.method = "PUT";
  request.path = "/media/a%20b%2Bc";
  request.query = "x=1&y=a%2Fb";
  const corral::s3::SigningScope scope{.moment = moment, .region = region};
  request.headers = {{"Host", "localhost:1"},
                     {"x-amz-content-sha256", std::string(corral::s3::unsigned_payload)},
                     {"X-Amz-Date", scope.time()},
                     {"Content-Type", "a/b"}};
  const std::string value =
      corral::s3::authorization("KEY", "SECRET",
                                {.method = "PUT",
                                 .path = "/media/a b+c",
                                 .query = {{"x", "1"}, {"y", "a/b"}},
                                 .headers = request.headers,
                                 .payload_hash = std::string(corral::s3::unsigned_payload)},
                                scope);
  request.headers.push_back({"Authorization", value});
  return request;
}

Request presigned(std::int64_t seconds, UnixMillis moment = now) {
  const std::string url = corral::s3::presigned_url({.endpoint = "http://localhost:1",
                                                     .key_id = "KEY",
                                                     .secret = "SECRET",
                                                     .scope = {.moment = moment, .region = "auto"},
                                                     .seconds = seconds},
                                                    "GET", "/media/a b", {{"response-content-type", "x/y"}});
  Request request;
  request.method = "GET";
  request.path = "/media/a%20b";
  request.query = url.substr(url.find('?') + 1);
  request.headers = {{"Host", "localhost:1"}};
  return request;
}

std::string refusal(const Request& request, UnixMillis moment = now) {
  try {
    return authenticate(request, request.parameters(), moment, find_key) ? "accepted" : "unsigned";
  } catch (const S3Error& error) {
    return error.code();
  }
}

}  // namespace

TEST_CASE("a signature in the header, of any region") {
  CHECK(refusal(signed_request()) == "accepted");
  CHECK(refusal(signed_request(now, "us-east-1")) == "accepted");
  CHECK(refusal(Request()) == "unsigned");
  const auto found = authenticate(signed_request(), signed_request().parameters(), now, find_key);
  CHECK(found->key.id == "KEY");
  CHECK(found->payload == Payload::unsigned_whole);
}

TEST_CASE("whatever is changed breaks it") {
  const auto changed = [](auto change) {
    Request request = signed_request();
    change(request);
    return refusal(request);
  };
  const std::string mismatch = "SignatureDoesNotMatch";
  CHECK(changed([](Request& r) { r.method = "DELETE"; }) == mismatch);
  CHECK(changed([](Request& r) { r.path = "/media/other"; }) == mismatch);
  CHECK(changed([](Request& r) { r.query += "&z"; }) == mismatch);
  CHECK(changed([](Request& r) { r.headers[0].value = "evil"; }) == mismatch);
  CHECK(changed([](Request& r) { r.headers[3].value = "c/d"; }) == mismatch);
  CHECK(changed([](Request& r) { r.headers[1].value = std::string(64, '0'); }) == mismatch);
  CHECK(changed([](Request& r) { r.headers.back().value.back() ^= 1; }) == mismatch);
  CHECK(changed([](Request& r) { r.headers.back().value.pop_back(); }) == mismatch);
  CHECK(changed([](Request& r) { r.headers.push_back({"x-amz-meta-more", "1"}); }) == "AccessDenied");
}

TEST_CASE("time: fifteen minutes either way") {
  CHECK(refusal(signed_request(now - 15 * minute)) == "accepted");
  CHECK(refusal(signed_request(now + 15 * minute)) == "accepted");
  CHECK(refusal(signed_request(now - 16 * minute)) == "RequestTimeTooSkewed");
  CHECK(refusal(signed_request(now + 16 * minute)) == "RequestTimeTooSkewed");
}

TEST_CASE("a presigned address is good until it expires") {
  CHECK(refusal(presigned(60)) == "accepted");
  CHECK(refusal(presigned(60), now + 59'999) == "accepted");
  CHECK(refusal(presigned(60), now + 60'000) == "AccessDenied");
  CHECK(refusal(presigned(60), now - 16 * minute) == "AccessDenied");
  CHECK(refusal(presigned(604'800), now + 604'799'000) == "accepted");
  CHECK(refusal(presigned(604'801)) == "AuthorizationQueryParametersError");
  Request longer = presigned(60);
  longer.query.replace(longer.query.find("X-Amz-Expires=60"), 16, "X-Amz-Expires=99");
  CHECK(refusal(longer) == "SignatureDoesNotMatch");
  Request other = presigned(60);
  other.method = "PUT";
  CHECK(refusal(other) == "SignatureDoesNotMatch");
}

TEST_CASE("what is not a signature of version 4") {
  const auto with = [](const std::string& value) {
    Request request;
    request.headers = {{"Authorization", value}};
    return refusal(request);
  };
  CHECK(with("AWS KEY:abc") == "InvalidRequest");
  CHECK(with("Basic abc") == "InvalidArgument");
  CHECK(with("AWS4-HMAC-SHA256") == "AuthorizationHeaderMalformed");
  CHECK(with("AWS4-HMAC-SHA256 Credential=KEY/20130524/auto/s3/aws4_request") == "AccessDenied");
  Request request = signed_request();
  request.headers.back().value.replace(request.headers.back().value.find("KEY"), 3, "NOT");
  CHECK(refusal(request) == "InvalidAccessKeyId");
  request = signed_request();
  std::erase_if(request.headers, [](const http::Header& header) { return header.name == "Host"; });
  CHECK(refusal(request) == "SignatureDoesNotMatch");
  CHECK(refusal([] {
          Request both = presigned(60);
          both.headers.push_back({"Authorization", "AWS4-HMAC-SHA256 x"});
          return both;
        }()) == "InvalidArgument");
}

}  // namespace corral::serve::s3

#include "serve/http/router.hpp"

#include <doctest/doctest.h>

namespace corral::serve {

namespace {

Endpoint endpoint(const std::string& host, const std::string& path, const std::string& query = {},
                  const std::string& authorization = {}) {
  Request request;
  request.method = "GET";
  request.host = host;
  request.path = path;
  request.query = query;
  if (!authorization.empty()) request.headers.push_back({"Authorization", authorization});
  Site site;
  site.hosts = {"storage.test"};
  return endpoint_of(request, site);
}

}  // namespace

TEST_CASE("by path on an own name") {
  for (const char* const host : {"localhost", "127.0.0.1", "::1", "storage.test", "192.0.2.7"}) {
    CHECK(endpoint(host, "/healthz") == Endpoint::health);
    CHECK(endpoint(host, "/metrics") == Endpoint::metrics);
    CHECK(endpoint(host, "/client/v4") == Endpoint::rest);
    CHECK(endpoint(host, "/client/v4/accounts") == Endpoint::rest);
    CHECK(endpoint(host, "/client/v40") == Endpoint::s3);
    CHECK(endpoint(host, "/metrics/key") == Endpoint::s3);
    CHECK(endpoint(host, "/") == Endpoint::s3);
  }
}

TEST_CASE("a page that leads its own name here gets to nothing but buckets") {
  CHECK(endpoint("evil.example", "/client/v4/accounts") == Endpoint::s3);
  CHECK(endpoint("media.localhost", "/healthz") == Endpoint::s3);
  CHECK(endpoint("", "/client/v4") == Endpoint::s3);
}

TEST_CASE("a request with a signature of S3 is S3's: a bucket may be called metrics") {
  CHECK(endpoint("localhost", "/metrics", "", "AWS4-HMAC-SHA256 Credential=...") == Endpoint::s3);
  CHECK(endpoint("localhost", "/metrics", "X-Amz-Signature=0") == Endpoint::s3);
  CHECK(endpoint("localhost", "/client/v4/accounts", "", "Bearer x") == Endpoint::rest);
}

}  // namespace corral::serve

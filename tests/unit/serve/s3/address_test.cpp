#include "serve/s3/address.hpp"

#include <doctest/doctest.h>

namespace corral::serve::s3 {

namespace {

std::optional<Address> address(const std::string& host, const std::string& path) {
  Request request;
  request.host = host;
  request.path = path;
  Site site;
  site.hosts = {"storage.test"};
  return address_of(request, site, [](std::string_view domain) -> std::optional<std::string> {
    if (domain == "files.example.com") return "media";
    return std::nullopt;
  });
}

}  // namespace

TEST_CASE("the bucket in the path") {
  CHECK(address("localhost", "/")->bucket.empty());
  CHECK(address("127.0.0.1", "/media")->bucket == "media");
  CHECK(address("127.0.0.1", "/media/")->key.empty());
  const auto object = address("::1", "/media/a%2Fb%20c//..%2f../d%C3%A9+");
  CHECK(object->bucket == "media");
  CHECK(object->key == "a/b c//../../dé+");
  CHECK(object->style == Address::Style::path);
}

TEST_CASE("the bucket in the host") {
  for (const char* const host : {"media.localhost", "media.storage.test"}) {
    const auto object = address(host, "/a/b");
    CHECK(object->bucket == "media");
    CHECK(object->key == "a/b");
    CHECK(object->style == Address::Style::host);
  }
  CHECK_FALSE(address("a.b.localhost", "/"));
  CHECK_FALSE(address("medialocalhost", "/"));
}

TEST_CASE("a connected domain, and hosts of no bucket") {
  CHECK(address("files.example.com", "/k")->bucket == "media");
  CHECK(address("files.example.com", "/k")->style == Address::Style::domain);
  CHECK_FALSE(address("evil.example", "/media/k"));
  CHECK_FALSE(address("files.example.com.evil.example", "/k"));
}

}  // namespace corral::serve::s3

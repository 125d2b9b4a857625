#include "backends/cloudflare/object_headers.hpp"

#include <doctest/doctest.h>

using namespace corral;

TEST_CASE("a key's path means the key, and what a URL leaves as it is stays") {
  CHECK(cloudflare::object_path("a/b.txt") == "a/b.txt");
  CHECK(cloudflare::object_path("//a//b//") == "//a//b//");
  CHECK(cloudflare::object_path("-_.~!$&'()*+,;=:@[]|^/x..y/.z/...") == "-_.~!$&'()*+,;=:@[]|^/x..y/.z/...");
  CHECK(cloudflare::object_path("a b\"<>`{}") == "a%20b%22%3C%3E%60%7B%7D");
  CHECK(cloudflare::object_path("ü日😀") == "%C3%BC%E6%97%A5%F0%9F%98%80");
  CHECK(cloudflare::object_path("what?#100%41\\") == "what%3F%23100%2541%5C");
  CHECK(cloudflare::object_path("a/../b/./..") == "a/%2E%2E/b/%2E/%2E%2E");
  CHECK(cloudflare::object_path(std::string_view("\n\t\0\x7f", 4)) == "%0A%09%00%7F");
}

TEST_CASE("an object's metadata and storage class are headers of a write") {
  ObjectWrite write;
  CHECK(cloudflare::headers_of(write).empty());
  write.http = {"text/plain", "de", "inline", "gzip", "max-age=1", 1'956'528'000'000, {}};
  write.storage_class = "InfrequentAccess";
  std::string text;
  for (const http::Header& header : cloudflare::headers_of(write))
    text += header.name + "=" + header.value + "|";
  CHECK(
      text ==
      "content-type=text/plain|content-disposition=inline|content-encoding=gzip|content-language=de|"
      "cache-control=max-age=1|expires=Thu, 01 Jan 2032 00:00:00 GMT|cf-r2-storage-class=InfrequentAccess|");
}

TEST_CASE("an object of a list is read with whatever fields it has") {
  const auto object = cloudflare::object_of(nlohmann::ordered_json::parse(
      R"({"key":"k","size":5,"etag":"\"abc\"","last_modified":"2024-01-15T10:30:00.123456Z","http_metadata":
         {"contentType":"a/b","cacheExpiry":"2032-01-01T00:00:00Z"},"custom_metadata":{"x":"y"},
         "storage_class":"Standard"})"));
  CHECK(object.key == "k");
  CHECK(object.size == 5);
  CHECK(object.etag == "abc");
  CHECK(object.uploaded == 1'705'314'600'123);
  CHECK(object.http.content_type == "a/b");
  CHECK(object.http.cache_expiry == 1'956'528'000'000);
  CHECK(object.custom == CustomMetadata{{"x", "y"}});
  CHECK(object.storage_class == "Standard");
  CHECK(cloudflare::object_of(nlohmann::ordered_json::parse("[]")).key.empty());
  CHECK(cloudflare::object_of(nlohmann::ordered_json::parse(R"({"key":1,"size":"x"})")).size == 0);
}

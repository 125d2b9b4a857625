#include "commands/state/transfer/r2_transfer.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace corral;
using namespace corral::state;

namespace {

ObjectInfo object() {
  ObjectInfo made;
  made.key = "k";
  made.size = 3;
  made.etag = "900150983cd24fb0d6963f7d28e17f72";
  made.uploaded = 1'000;
  made.http.content_type = "text/plain";
  made.custom = {{"a", "1"}, {"b", "2"}};
  return made;
}

}  // namespace

TEST_CASE("a pulled version depends on all that a listing says") {
  const std::string version = version_of(object(), "bucket", {});
  CHECK(version.size() == 32);
  const auto differs = [&](const auto& change) {
    ObjectInfo other = object();
    change(other);
    return version_of(other, "bucket", {}) != version;
  };
  CHECK(differs([](ObjectInfo& one) { one.key = "l"; }));
  CHECK(differs([](ObjectInfo& one) { one.size = 4; }));
  CHECK(differs([](ObjectInfo& one) { one.etag = "x"; }));
  CHECK(differs([](ObjectInfo& one) { one.uploaded = 2'000; }));
  CHECK(differs([](ObjectInfo& one) { one.http.content_type = "text/html"; }));
  CHECK(differs([](ObjectInfo& one) { one.http.cache_control = "no-store"; }));
  CHECK(differs([](ObjectInfo& one) { one.http.cache_expiry = 5'000; }));
  CHECK(differs([](ObjectInfo& one) { one.custom.pop_back(); }));
  CHECK_FALSE(differs([](ObjectInfo& one) { std::swap(one.custom[0], one.custom[1]); }));
  CHECK_FALSE(differs([](ObjectInfo& one) { one.version = "any"; }));
  CHECK(version_of(object(), "other", {}) != version);
  CHECK(version_of(object(), "bucket", "cat") != version);
}

TEST_CASE("objects are compared by what listings say") {
  using Fields = std::vector<std::string>;
  const auto differences = [](const auto& change) {
    ObjectInfo other = object();
    change(other);
    return differences_listed(object(), other);
  };
  CHECK(differences([](ObjectInfo&) {}).empty());
  CHECK(differences([](ObjectInfo& one) { one.uploaded = 7; }).empty());
  CHECK(differences([](ObjectInfo& one) { one.storage_class = "InfrequentAccess"; }).empty());
  CHECK(differences([](ObjectInfo& one) { std::swap(one.custom[0], one.custom[1]); }).empty());
  CHECK(differences([](ObjectInfo& one) { one.http.cache_control = ""; }).empty());
  CHECK(differences([](ObjectInfo& one) { one.etag = "x"; }) == Fields{"etag"});
  CHECK(differences([](ObjectInfo& one) { one.size = 9, one.custom.clear(); }) ==
        Fields{"size", "custom metadata"});
  CHECK(differences([](ObjectInfo& one) { one.http.content_type.reset(); }) == Fields{"http metadata"});
}

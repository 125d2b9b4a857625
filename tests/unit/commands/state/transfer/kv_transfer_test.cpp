#include "commands/state/transfer/kv_transfer.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace corral;
using namespace corral::state;

namespace {

KvItem item(std::string key, std::optional<std::string> metadata = {},
            std::optional<UnixMillis> expiration = {}) {
  KvItem made;
  made.key = std::move(key);
  made.metadata = std::move(metadata);
  made.expiration = expiration;
  return made;
}

/// A cursor over these keys, in pages of two.
KvCursor cursor(std::vector<std::string> keys) {
  return KvCursor([keys, at = std::size_t{0}](std::vector<KvItem>& page) mutable {
    for (; at < keys.size() && page.size() < 2; ++at) page.push_back(item(keys[at]));
    return at < keys.size();
  });
}

}  // namespace

TEST_CASE("an origin depends on all that decides an entry's value, and on nothing else") {
  const KvItem one = item("k", R"({"a":1})", 60'000);
  const std::string origin = origin_of(one, "namespace", {});
  CHECK(origin.size() == 32);
  CHECK(origin.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(origin_of(item("k", R"({"a":1})", 60'999), "namespace", {}) == origin);  // KV has seconds
  CHECK(origin_of(item("l", R"({"a":1})", 60'000), "namespace", {}) != origin);
  CHECK(origin_of(item("k", R"({"a":2})", 60'000), "namespace", {}) != origin);
  CHECK(origin_of(item("k", R"({"a":1})", 61'000), "namespace", {}) != origin);
  CHECK(origin_of(one, "other", {}) != origin);
  CHECK(origin_of(one, "namespace", "cat") != origin);
  CHECK(origin_of(one, "namespace", "") != origin);
  // Texts side by side cannot be mistaken for others.
  CHECK(origin_of(item("bc"), "a", {}) != origin_of(item("c"), "ab", {}));
}

TEST_CASE("a version has the origin that it was made with") {
  const std::string origin(32, 'a');
  CHECK(has_origin(std::string(32, '0') + origin + std::string(16, '0'), origin));
  CHECK_FALSE(has_origin(origin + std::string(48, '0'), origin));
  CHECK_FALSE(has_origin("short", origin));
  CHECK_FALSE(has_origin(std::string(80, 'a'), ""));
}

TEST_CASE("entries are compared by what listings say") {
  using Fields = std::vector<std::string>;
  CHECK(differences_listed(item("k"), item("k")).empty());
  CHECK(
      differences_listed(item("k", R"({"a":1,"b":"ü"})"), item("k", R"({ "a": 1, "b": "\u00fc" })")).empty());
  CHECK(differences_listed(item("k", R"({"a":1})"), item("k", R"({"a":2})")) == Fields{"metadata"});
  CHECK(differences_listed(item("k", "null"), item("k")) == Fields{"metadata"});
  CHECK(differences_listed(item("k", "{"), item("k", "[")) == Fields{"metadata"});
  CHECK(differences_listed(item("k", {}, 60'000), item("k", {}, 60'400)).empty());
  CHECK(differences_listed(item("k", "1", 60'000), item("k")) == Fields{"metadata", "expiration"});
}

TEST_CASE("a cursor finds keys in order, and tells which it passed over") {
  KvCursor keys = cursor({"a", "b", "c", "e", "f", "g"});
  std::string skipped;
  const auto skip = [&](const KvItem& one) { skipped += one.key; };
  CHECK(keys.find("A", skip) == nullptr);
  REQUIRE(keys.find("b", skip) != nullptr);
  CHECK(skipped == "a");
  CHECK(keys.find("d", skip) == nullptr);
  CHECK(skipped == "ac");
  REQUIRE(keys.find("e", skip) != nullptr);
  keys.rest(skip);
  CHECK(skipped == "acfg");
  CHECK(keys.find("z", skip) == nullptr);
  KvCursor none = cursor({});
  CHECK(none.find("a", skip) == nullptr);
}

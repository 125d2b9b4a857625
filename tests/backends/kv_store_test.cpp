// What the comments of backends/kv_store.hpp promise, on every implementation: single entries.
#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/backends/kv_backends.hpp"
#include "tests/failure.hpp"

using namespace corral;
using namespace corral::testing;

#define FOR_EACH_KV(implementation) \
  for (const KvImplementation& implementation : kv_implementations()) SUBCASE(implementation.name.c_str())

TEST_CASE("a value comes back byte for byte, with its metadata and expiration") {
  FOR_EACH_KV(implementation) {
    KvFixture kv(implementation);
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    CHECK(kv.put("binary", bytes, noon + 60'000, R"({"a":[1,"é"]})"));
    CHECK(kv.put("empty", ""));
    CHECK(kv.get("binary") == bytes);
    CHECK(kv.get("empty") == "");
    CHECK_FALSE(kv.get("missing"));
    const auto value = kv.store->get("binary", noon);
    REQUIRE(value);
    CHECK(value->key == "binary");
    CHECK(value->expiration == noon + 60'000);
    CHECK(value->metadata == R"({"a":[1,"é"]})");
    CHECK(value->size == 256U);
    CHECK_FALSE(value->version.empty());
    const auto head = kv.store->head("binary", noon);
    REQUIRE(head);
    CHECK(head->size == 256U);
    CHECK(head->metadata == value->metadata);
    CHECK_FALSE(kv.store->head("missing", noon));
  }
}

TEST_CASE("overwriting replaces value, metadata, expiration and version") {
  FOR_EACH_KV(implementation) {
    KvFixture kv(implementation);
    kv.put("k", "old", noon + 60'000, "1");
    const std::string before = kv.store->get("k", noon)->version;
    kv.put("k", "new");
    const auto value = kv.store->get("k", noon);
    REQUIRE(value);
    CHECK_FALSE(value->metadata);
    CHECK_FALSE(value->expiration);
    CHECK(value->version != before);
    CHECK(kv.get("k") == "new");
  }
}

TEST_CASE("the limits of KV hold") {
  FOR_EACH_KV(implementation) {
    KvFixture kv(implementation);
    for (const std::string& key :
         {std::string(511, 'k'), std::string(512, 'k'), std::string("..."), std::string("a/../b"),
          std::string("-x"), std::string("tab\tnew\nline"), std::string("nul\0in", 6), std::string("日本😀"),
          std::string("%2F"), std::string(" ")}) {
      CAPTURE(key);
      CHECK(kv.put(key, "value of " + key));
      CHECK(kv.get(key) == "value of " + key);
    }
    for (const std::string& key : {std::string(), std::string("."), std::string(".."),
                                   std::string("\xFF\xFE"), std::string("cut \xE2\x82")}) {
      CAPTURE(key);
      CHECK(kind_of_failure([&] { kv.put(key, "x"); }) == ErrorKind::invalid_input);
      CHECK(kind_of_failure([&] { kv.get(key); }) == ErrorKind::invalid_input);
    }
    CHECK(kind_of_failure([&] { kv.put(std::string(513, 'k'), "x"); }) == ErrorKind::limit);
    CHECK(kv.put("m", "x", {}, std::string(1024, '1')));
    CHECK(kind_of_failure([&] { kv.put("m", "y", {}, std::string(1025, '1')); }) == ErrorKind::limit);
    CHECK(kv.get("m") == "x");
  }
}

TEST_CASE("a value may be 25 MiB and no larger; a refused one leaves the old") {
  FOR_EACH_KV(implementation) {
    KvFixture kv(implementation);
    std::string large(kv_max_value_bytes, 'v');
    large.back() = '!';
    CHECK(kv.put("large", large));
    CHECK(kv.get("large") == large);
    large += 'x';
    CHECK(kind_of_failure([&] { kv.put("large", large); }) == ErrorKind::limit);
    CHECK(kv.store->head("large", noon)->size == kv_max_value_bytes);
    const auto batch = kv.store->begin_batch();
    CHECK(kind_of_failure([&] {
            KvEntry entry;
            entry.key = "large";
            batch->put(entry, large);
          }) == ErrorKind::limit);
  }
}

TEST_CASE("an entry is gone from its expiration on") {
  FOR_EACH_KV(implementation) {
    KvFixture kv(implementation);
    kv.put("k", "x", noon + 1000);
    CHECK(kv.get("k", noon + 999) == "x");
    CHECK(kv.store->head("k", noon + 999));
    CHECK_FALSE(kv.store->head("k", noon + 1000));
    CHECK_FALSE(kv.get("k", noon + 1000));
    kv.put("k", "again", noon - 5);
    CHECK(kv.names().empty());
    CHECK_FALSE(kv.store->rename("k", "other", noon));
  }
}

TEST_CASE("if_absent writes only where no live entry is") {
  FOR_EACH_KV(implementation) {
    KvFixture kv(implementation);
    constexpr auto if_absent = KvStore::Condition::if_absent;
    CHECK(kv.put("k", "first", {}, {}, if_absent));
    CHECK_FALSE(kv.put("k", "second", {}, {}, if_absent));
    CHECK(kv.get("k") == "first");
    kv.put("gone", "old", noon - 1);
    CHECK(kv.put("gone", "new", {}, {}, if_absent));
    CHECK(kv.get("gone") == "new");
  }
}

TEST_CASE("erase removes keys and says how many there were") {
  FOR_EACH_KV(implementation) {
    KvFixture kv(implementation);
    const std::vector<std::string> keys = {"a", "b", "missing"};
    CHECK(kv.erases(keys, 0));
    kv.put("a", "1");
    kv.put("b", "2");
    kv.put("c", "3");
    CHECK(kv.erases(keys, 2));
    CHECK(kv.erases(keys, 0));
    CHECK(kv.names() == std::vector<std::string>{"c"});
  }
}

TEST_CASE("erase_version spares what was written since") {
  FOR_EACH_KV(implementation) {
    KvFixture kv(implementation);
    kv.put("k", "1");
    const std::string version = kv.store->get("k", noon)->version;
    kv.put("k", "2");
    CHECK_FALSE(kv.store->erase_version("k", version));
    CHECK(kv.get("k") == "2");
    CHECK(kv.store->erase_version("k", kv.store->get("k", noon)->version));
    CHECK_FALSE(kv.get("k"));
    CHECK_FALSE(kv.store->erase_version("k", version));
  }
}

TEST_CASE("rename moves an entry whole") {
  FOR_EACH_KV(implementation) {
    KvFixture kv(implementation);
    CHECK_FALSE(kv.store->rename("a", "b", noon));
    kv.put("a", "value", noon + 60'000, "7");
    kv.put("b", "replaced");
    CHECK(kv.store->rename("a", "a", noon));
    CHECK(kv.get("a") == "value");
    CHECK(kv.store->rename("a", "b", noon));
    CHECK_FALSE(kv.get("a"));
    const auto moved = kv.store->get("b", noon);
    REQUIRE(moved);
    CHECK(moved->metadata == "7");
    CHECK(moved->expiration == noon + 60'000);
    CHECK(kv.get("b") == "value");
    CHECK(kv.names() == std::vector<std::string>{"b"});
    CHECK(kind_of_failure([&] { kv.store->rename("b", "..", noon); }) == ErrorKind::invalid_input);
  }
}

TEST_CASE("a body stays readable when its key is overwritten or removed") {
  FOR_EACH_KV(implementation) {
    KvFixture kv(implementation);
    const std::string old(200'000, 'o');
    kv.put("k", old);
    const auto before_overwrite = kv.store->get("k", noon);
    kv.put("k", "new");
    const auto before_erase = kv.store->get("k", noon);
    kv.store->erase(std::vector<std::string>{"k"});
    CHECK(read_all(*before_overwrite->body, kv_max_value_bytes, "") == old);
    CHECK(read_all(*before_erase->body, kv_max_value_bytes, "") == "new");
  }
}

TEST_CASE("a batch is all or nothing, and the last of a repeated key wins") {
  FOR_EACH_KV(implementation) {
    KvFixture kv(implementation);
    const auto add = [](KvBatch& batch, std::string key, std::string_view value) {
      KvEntry entry;
      entry.key = std::move(key);
      batch.put(entry, value);
    };
    kv.put("k", "before");
    {
      const auto abandoned = kv.store->begin_batch();
      add(*abandoned, "k", "abandoned");
      add(*abandoned, "l", "abandoned");
    }
    CHECK(kv.get("k") == "before");
    CHECK_FALSE(kv.get("l"));
    const auto batch = kv.store->begin_batch();
    for (int i = 0; i < 40; ++i) add(*batch, "n" + std::to_string(i), "value");
    add(*batch, "k", "first");
    add(*batch, "k", "last");
    CHECK(kind_of_failure([&] { add(*batch, "..", "x"); }) == ErrorKind::invalid_input);
    CHECK(kv.get("k") == "before");
    batch->commit();
    CHECK(kv.get("k") == "last");
    CHECK(kv.names().size() == 41);
    kv.store->begin_batch()->commit();
    CHECK(kv.names().size() == 41);
  }
}

// What the comments of backends/kv_store.hpp promise, on every implementation: lists, counts and namespaces.
#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <string>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/backends/kv_backends.hpp"

using namespace corral;
using namespace corral::testing;
namespace fs = std::filesystem;

#define FOR_EACH_KV(implementation) \
  for (const KvImplementation& implementation : kv_implementations()) SUBCASE(implementation.name.c_str())

namespace {

using Names = std::vector<std::string>;

KvListOptions with_prefix(std::string prefix) {
  KvListOptions options;
  options.prefix = std::move(prefix);
  return options;
}

}  // namespace

TEST_CASE("lists are ordered by bytes and bounded by their prefix") {
  FOR_EACH_KV(implementation) {
    KvFixture kv(implementation);
    for (const char* key : {"b", "a", "B", "é", "a:2", "a:10", "z\xF4\x8F\xBF\xBF", "z", "😀", "a;", "a%"})
      kv.put(key, key);
    CHECK(kv.names() == Names{"B", "a", "a%", "a:10", "a:2", "a;", "b", "z", "z\xF4\x8F\xBF\xBF", "é", "😀"});
    CHECK(kv.names(with_prefix("a:")) == Names{"a:10", "a:2"});
    CHECK(kv.names(with_prefix("a%")) == Names{"a%"});
    CHECK(kv.names(with_prefix("z")) == Names{"z", "z\xF4\x8F\xBF\xBF"});
    CHECK(kv.names(with_prefix("z\xF4\x8F\xBF\xBF")) == Names{"z\xF4\x8F\xBF\xBF"});
    CHECK(kv.names(with_prefix("\xFF")).empty());
    CHECK(kv.names(with_prefix("nothing")).empty());
    CHECK(kv.names(with_prefix(std::string(600, 'a'))).empty());
  }
}

TEST_CASE("pages follow each other without gap or overlap, and know when they are complete") {
  FOR_EACH_KV(implementation) {
    KvFixture kv(implementation);
    for (int i = 100; i < 125; ++i) kv.put("k" + std::to_string(i), "v", {}, std::to_string(i));
    kv.put("j", "outside");
    kv.put("l", "outside");
    for (const std::size_t limit : {1U, 5U, 12U, 24U, 25U, 26U}) {
      CAPTURE(limit);
      KvListOptions options = with_prefix("k");
      options.limit = limit;
      Names all;
      for (int pages = 0; pages < 30; ++pages) {
        const KvPage page = kv.store->list(options, noon);
        REQUIRE(page.items.size() <= limit);
        for (const KvItem& item : page.items) all.push_back(item.key);
        CHECK(page.complete == (all.size() == 25));
        if (page.complete) break;
        options.after = page.items.back().key;
      }
      CHECK(all.size() == 25);
      CHECK(std::is_sorted(all.begin(), all.end()));
    }
    KvListOptions options = with_prefix("k");
    options.after = "k123x";
    CHECK(kv.names(options) == Names{"k124"});
    options.after = "a";
    CHECK(kv.names(options).size() == 25);
    options.after = "z";
    CHECK(kv.names(options).empty());
    CHECK(kv.store->list(with_prefix("k10"), noon).items.front().metadata == "100");
  }
}

TEST_CASE("sizes come when they are asked for") {
  FOR_EACH_KV(implementation) {
    KvFixture kv(implementation);
    kv.put("k", "12345");
    KvListOptions options;
    CHECK_FALSE(kv.store->list(options, noon).items.at(0).size);
    if (!kv.store->traits().knows_sizes) continue;
    options.with_size = true;
    CHECK(kv.store->list(options, noon).items.at(0).size == 5U);
  }
}

TEST_CASE("keys of 510 to 512 bytes that share their beginning stay apart and in order") {
  FOR_EACH_KV(implementation) {
    KvFixture kv(implementation);
    const std::string stem(510, 's');
    Names keys = {stem, stem + "a", stem + "aa", stem + "ab", stem + "b", stem + "bz", stem.substr(0, 509)};
    for (const std::string& key : keys) kv.put(key, "value " + key.substr(505));
    std::sort(keys.begin(), keys.end());
    CHECK(kv.names() == keys);
    for (const std::string& key : keys) CHECK(kv.get(key) == "value " + key.substr(505));
    KvListOptions options;
    options.limit = 1;
    Names paged;
    for (bool complete = false; !complete;) {
      const KvPage page = kv.store->list(options, noon);
      REQUIRE(page.items.size() == 1);
      paged.push_back(page.items[0].key);
      options.after = page.items[0].key;
      complete = page.complete;
    }
    CHECK(paged == keys);
    CHECK(kv.names(with_prefix(stem + "a")) == Names{stem + "a", stem + "aa", stem + "ab"});
    CHECK(kv.erases({stem + "a", stem + "ab", stem + "ax"}, 2));
    CHECK(kv.names(with_prefix(stem + "a")) == Names{stem + "aa"});
    CHECK(kv.get(stem + "aa") == "value " + (stem + "aa").substr(505));
    CHECK(kv.erases({stem + "aa"}, 1));
    CHECK(kv.names(with_prefix(stem + "a")).empty());
  }
}

TEST_CASE("stats count live entries, bytes and expired ones") {
  FOR_EACH_KV(implementation) {
    KvFixture kv(implementation);
    kv.put("small", "1");
    kv.put("large", std::string(100, 'x'));
    kv.put("medium", std::string(10, 'x'));
    kv.put("gone", "expired", noon - 1);
    const KvStats stats = kv.store->stats(noon, 2);
    CHECK(stats.keys == 3);
    if (!kv.store->traits().knows_sizes) continue;
    CHECK(stats.bytes == 111);
    CHECK(stats.expired == 1);
    REQUIRE(stats.biggest.size() == 2);
    CHECK(stats.biggest[0].key == "large");
    CHECK(stats.biggest[0].size == 100U);
    CHECK(stats.biggest[1].key == "medium");
    CHECK(kv.store->stats(noon, 0).biggest.empty());
  }
}

TEST_CASE("reading where nothing was written creates nothing") {
  FOR_EACH_KV(implementation) {
    KvFixture kv(implementation);
    CHECK_FALSE(kv.get("k"));
    CHECK(kv.names().empty());
    CHECK(kv.store->stats(noon, 5).keys == 0);
    CHECK(kv.erases({"k"}, 0));
    CHECK_FALSE(kv.store->rename("k", "l", noon));
    CHECK(kv.backend->stored_namespaces().empty());
    CHECK(kv.backend->drop("0123456789abcdef") == 0);
    CHECK(fs::is_empty(kv.folder.path()));
  }
}

TEST_CASE("two handles on one namespace see each other's writes at once") {
  FOR_EACH_KV(implementation) {
    KvFixture kv(implementation);
    const auto other = kv.backend->open("0123456789abcdef");
    CHECK_FALSE(other->get("k", noon));
    kv.put("k", "1");
    CHECK(other->get("k", noon));
    other->erase(Names{"k"});
    CHECK_FALSE(kv.get("k"));
  }
}

TEST_CASE("namespaces are apart, listed, and dropped one by one") {
  FOR_EACH_KV(implementation) {
    KvFixture kv(implementation);
    kv.put("k", "first");
    const auto second = kv.backend->open("second");
    MemorySource source("second");
    KvEntry entry;
    entry.key = "k";
    second->put(entry, source, KvStore::Condition::always, noon);
    CHECK(kv.get("k") == "first");
    CHECK(kv.backend->stored_namespaces() == Names{"0123456789abcdef", "second"});
    CHECK(kv.backend->drop("second") == (kv.store->traits().counts_erased ? 1U : 0U));
    CHECK(kv.backend->stored_namespaces() == Names{"0123456789abcdef"});
    CHECK_FALSE(kv.backend->open("second")->get("k", noon));
    CHECK(kv.get("k") == "first");
    // What was dropped can be used again.
    MemorySource again("again");
    kv.backend->open("second")->put(entry, again, KvStore::Condition::always, noon);
    CHECK(kv.backend->open("second")->get("k", noon));
  }
}

TEST_CASE("odd namespace ids keep to the state folder and to themselves") {
  FOR_EACH_KV(implementation) {
    const TemporaryFolder outer;
    const fs::path root = outer.path() / "a" / "state";
    const auto backend = implementation.open(root);
    const Names ids = {
        "..", "../..", "a/b", "a_b", "con", "nul", "%41", "été", "a\nb", "/etc", std::string(255, 'x')};
    for (const std::string& id : ids) {
      MemorySource source(id);
      KvEntry entry;
      entry.key = "k";
      backend->open(id)->put(entry, source, KvStore::Condition::always, noon);
    }
    for (const std::string& id : ids) {
      CAPTURE(id);
      const auto value = backend->open(id)->get("k", noon);
      REQUIRE(value);
      CHECK(read_all(*value->body, kv_max_value_bytes, "") == id);
    }
    if (backend->open("..")->traits().atomic) {  // in files
      CHECK(std::distance(fs::directory_iterator(outer.path()), {}) == 1);
      CHECK(std::distance(fs::directory_iterator(outer.path() / "a"), {}) == 1);
    }
    CHECK_THROWS_AS(backend->open(std::string()), Error);
    CHECK_THROWS_AS(backend->open("\xFF"), Error);
  }
}

TEST_CASE("thousands of random operations agree with a map") {
  FOR_EACH_KV(implementation) {
    KvFixture kv(implementation);
    std::map<std::string, std::string> model;
    std::mt19937 random(20261123);
    const auto any_key = [&] { return "key" + std::to_string(random() % 60); };
    for (int step = 0; step < 1500; ++step) {
      const std::string key = any_key();
      switch (random() % 6) {
        case 0:
        case 1: {
          const std::string value(random() % 300, static_cast<char>('a' + random() % 26));
          kv.put(key, value);
          model[key] = value;
          break;
        }
        case 2: CHECK(kv.erases({key}, model.erase(key))); break;
        case 3: {
          const std::string to = any_key();
          const bool there = model.contains(key);
          CHECK(kv.store->rename(key, to, noon) == there);
          if (there && to != key) {
            model[to] = model[key];
            model.erase(key);
          }
          break;
        }
        case 4: {
          const auto found = model.find(key);
          CHECK(kv.get(key) == (found == model.end() ? std::nullopt : std::optional(found->second)));
          break;
        }
        default: {
          Names expected;
          for (const auto& one : model) expected.push_back(one.first);
          CHECK(kv.names() == expected);
        }
      }
    }
  }
}

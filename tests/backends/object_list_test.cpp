// What the comments of backends/object_store.hpp promise, on every implementation: lists, totals, buckets.
#include <algorithm>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/backends/object_backends.hpp"
#include "tests/failure.hpp"

using namespace corral;
using namespace corral::testing;

#define FOR_EACH_STORE(implementation)                                        \
  for (const ObjectImplementation& implementation : object_implementations()) \
  SUBCASE(implementation.name.c_str())

namespace {

void fill_bucket(ObjectFixture& r2, const std::set<std::string>& keys) {
  const auto batch = r2.store->begin_batch();
  for (const std::string& key : keys) {
    MemorySource source(key);
    ObjectWrite write;
    write.key = key;
    batch->put(write, source, object_noon);
  }
  batch->commit();
}

/// Objects and prefixes of all pages of a size, in one line, in the order that they came.
std::string walked(ObjectStore& store, ObjectListOptions options) {
  std::string line;
  for (int pages = 0; pages < 1000; ++pages) {
    const ObjectPage page = store.list(options);
    CHECK(page.objects.size() + page.prefixes.size() <= options.limit);
    std::vector<std::string> names = page.prefixes;
    for (const ObjectInfo& object : page.objects) names.push_back(object.key);
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) line += name + "|";
    if (!page.cursor) return line;
    options.cursor = *page.cursor;
  }
  return "no end";
}

/// The list that R2's documentation describes, computed the simple way.
std::string expected(const std::set<std::string>& keys, const ObjectListOptions& options) {
  std::string line;
  std::string rolled;
  for (const std::string& key : keys) {
    if (!key.starts_with(options.prefix) || (!options.start_after.empty() && key <= options.start_after))
      continue;
    const std::size_t at =
        options.delimiter.empty() ? std::string::npos : key.find(options.delimiter, options.prefix.size());
    const std::string name = at == std::string::npos ? key : key.substr(0, at + options.delimiter.size());
    if (at != std::string::npos && name == rolled) continue;
    if (at != std::string::npos) rolled = name;
    line += name + "|";
  }
  return line;
}

}  // namespace

TEST_CASE("lists agree with a plain model, whatever prefix, delimiter, start and page size") {
  FOR_EACH_STORE(implementation) {
    ObjectFixture r2(implementation);
    const std::set<std::string> keys = {
        "a",    "a/",     "a/1",     "a/2",  "a/b/1", "a/b/2",  "a//x",
        "a0",   "b--c",   "b--c--d", "b--e", "b-",    "é/1",    "é/2",
        "日本", "日本/x", "z",       "z/z",  "zz",    "\x7F/1", "😀",
        "😀/1",  "/",      "/a",      "A",    "a'b",   "a%_b",   "\U0010FFFF/last"};
    fill_bucket(r2, keys);
    for (const char* prefix : {"", "a", "a/", "a/b/", "b", "b--", "é", "日", "none", "/", "\U0010FFFF"}) {
      for (const char* delimiter : {"", "/", "--", "1"}) {
        for (const char* start : {"", "a/1", "a/zzz", "z"}) {
          ObjectListOptions options;
          options.prefix = prefix;
          options.delimiter = delimiter;
          options.start_after = start;
          for (const std::size_t limit : {1U, 2U, 3U, 1000U}) {
            options.limit = limit;
            CAPTURE(prefix);
            CAPTURE(delimiter);
            CAPTURE(start);
            CAPTURE(limit);
            CHECK(walked(*r2.store, options) == expected(keys, options));
          }
        }
      }
    }
  }
}

TEST_CASE("a list carries all of an object but its bytes") {
  FOR_EACH_STORE(implementation) {
    ObjectFixture r2(implementation);
    CHECK(r2.keys().empty());
    ObjectWrite write;
    write.key = "k";
    write.http.content_type = "a/b";
    write.custom = {{"x", "y"}};
    const auto stored = r2.put(write, "12345");
    const ObjectPage page = r2.store->list({});
    REQUIRE(page.objects.size() == 1);
    CHECK(page.objects[0].size == 5);
    CHECK(page.objects[0].etag == stored->etag);
    CHECK(page.objects[0].http == write.http);
    CHECK(page.objects[0].custom == write.custom);
    CHECK_FALSE(page.cursor);
    ObjectListOptions wrong;
    wrong.cursor = "?";
    CHECK(kind_of_failure([&] { r2.store->list(wrong); }) == ErrorKind::usage);
  }
}

TEST_CASE("usage counts, buckets are apart, and drop empties one") {
  FOR_EACH_STORE(implementation) {
    ObjectFixture r2(implementation);
    CHECK(r2.backend->stored_buckets().empty());
    CHECK(r2.store->usage().objects == 0);
    CHECK_FALSE(std::filesystem::exists(r2.folder.path() / "v3"));
    r2.put("a", "123");
    r2.put("b", "");
    const auto other = r2.backend->open("another");
    MemorySource source("x");
    ObjectWrite write;
    write.key = "a";
    other->put(write, source, object_noon);
    CHECK(r2.backend->stored_buckets() == std::vector<std::string>{"another", "my-bucket"});
    CHECK(r2.store->usage().objects == 2);
    CHECK(r2.store->usage().bytes == 3);
    CHECK(r2.store->usage().uploads == 0);
    CHECK_FALSE(r2.store->abort_upload("none"));
    CHECK(r2.backend->drop("my-bucket") == 2);
    CHECK(r2.backend->drop("never") == 0);
    CHECK(r2.backend->stored_buckets() == std::vector<std::string>{"another"});
    CHECK(r2.keys().empty());
    CHECK(r2.put("a", "again"));
    CHECK(r2.has_blobs(2));
  }
}

TEST_CASE("names of buckets follow R2's rules") {
  for (const char* name :
       {"abc", "a-b", "0-0", "a0123456789012345678901234567890123456789012345678901234567890z"}) {
    check_bucket_name(name);
  }
  for (const char* name : {"", "ab", "-ab", "ab-", "Abc", "a_b", "a.b", "äbc", "a b",
                           "a01234567890123456789012345678901234567890123456789012345678901z"}) {
    CAPTURE(name);
    CHECK(kind_of_failure([&] { check_bucket_name(name); }) == ErrorKind::invalid_input);
  }
}

// What the comments of backends/object_store.hpp promise, on every implementation: single objects.
#include <string>

#include <doctest/doctest.h>

#include "backends/bytes/hashing.hpp"
#include "backends/error.hpp"
#include "tests/backends/object_backends.hpp"
#include "tests/failure.hpp"

using namespace corral;
using namespace corral::testing;

#define FOR_EACH_STORE(implementation)                                        \
  for (const ObjectImplementation& implementation : object_implementations()) \
  SUBCASE(implementation.name.c_str())

namespace {

std::string md5_of(std::string_view bytes) {
  Hasher hasher(HashKind::md5);
  hasher.update(bytes);
  return hex(hasher.digest());
}

/// Bytes in which every place differs from its neighbours, so that a shifted range shows.
std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t state = 1;
  for (char& byte : bytes) {
    state = state * 1'664'525U + 1'013'904'223U;
    byte = static_cast<char>(state >> 24U);
  }
  return bytes;
}

/// Refuses every object whose key starts with "locked".
class PrefixGuard final : public ObjectGuard {
 public:
  void check(const ObjectInfo& object) const override {
    if (object.key.starts_with("locked")) throw Error(ErrorKind::denied, "it is locked");
  }
};

}  // namespace

TEST_CASE("an object comes back byte for byte, with all its metadata") {
  FOR_EACH_STORE(implementation) {
    ObjectFixture r2(implementation);
    CHECK_FALSE(r2.get("k"));
    CHECK_FALSE(r2.store->head("k"));
    const std::string bytes = pattern(300'000);
    ObjectWrite write;
    write.key = "a/../b é😀\n";
    write.http = {"text/plain", "de", "inline", "gzip", "max-age=1", 1'000'000'000'000, {}};
    write.custom = {{"z", "1"}, {"a", "ü"}};
    const auto stored = r2.put(write, bytes);
    REQUIRE(stored);
    CHECK(stored->etag == md5_of(bytes));
    CHECK(stored->size == bytes.size());
    CHECK_FALSE(stored->version.empty());
    if (r2.traits().sets_time) CHECK(stored->uploaded == object_noon);
    const auto head = r2.store->head(write.key);
    REQUIRE(head);
    CHECK((head->version.empty() || head->version == stored->version));
    if (r2.traits().sets_time) CHECK(head->uploaded == stored->uploaded);
    CHECK(head->etag == stored->etag);
    CHECK(head->http == write.http);
    CHECK(head->custom == write.custom);
    CHECK(r2.get(write.key) == bytes);
    CHECK(r2.put("empty", ""));
    CHECK(r2.get("empty") == "");
    CHECK(r2.store->head("empty")->etag == "d41d8cd98f00b204e9800998ecf8427e");
  }
}

TEST_CASE("overwriting replaces bytes, metadata, etag and version, and leaves no bytes behind") {
  FOR_EACH_STORE(implementation) {
    ObjectFixture r2(implementation);
    ObjectWrite write;
    write.key = "k";
    write.http.content_type = "a/b";
    write.custom = {{"a", "b"}};
    const auto before = r2.put(write, "old");
    const auto after = r2.put("k", "new");
    CHECK(after->version != before->version);
    CHECK(r2.store->head("k")->http == HttpMetadata{});
    CHECK(r2.store->head("k")->custom.empty());
    CHECK(r2.get("k") == "new");
    CHECK(r2.has_blobs(1));
    CHECK(r2.erases(std::vector<std::string>{"k", "missing"}, 1));
    CHECK(r2.has_blobs(0));
  }
}

TEST_CASE("the limits of R2 hold, and a refused write leaves the old object") {
  FOR_EACH_STORE(implementation) {
    ObjectFixture r2(implementation);
    for (const std::string& key :
         {std::string(1024, 'k'), std::string("../../etc/passwd"), std::string("a//b/"), std::string("/"),
          std::string("."), std::string("nul\0in", 6)}) {
      CAPTURE(key);
      CHECK(r2.put(key, "value of " + key));
      CHECK(r2.get(key) == "value of " + key);
    }
    CHECK(kind_of_failure([&] { r2.put(std::string(1025, 'k'), "x"); }) == ErrorKind::limit);
    CHECK(kind_of_failure([&] { r2.put("", "x"); }) == ErrorKind::invalid_input);
    CHECK(kind_of_failure([&] { r2.put("\xFF", "x"); }) == ErrorKind::invalid_input);
    CHECK(kind_of_failure([&] { r2.get("\xFF"); }) == ErrorKind::invalid_input);
    ObjectWrite write;
    write.key = "/";
    write.custom = {{"n", std::string(8191, 'v')}};
    CHECK(r2.put(write, "full"));
    write.custom[0].second += 'v';
    CHECK(kind_of_failure([&] { r2.put(write, "x"); }) == ErrorKind::limit);
    write.custom.clear();
    write.part_size = r2_min_part_bytes - 1;
    CHECK(kind_of_failure([&] { r2.put(write, "x"); }) == ErrorKind::limit);
    CHECK(r2.get("/") == "full");
  }
}

TEST_CASE("ranges give the bytes they name") {
  FOR_EACH_STORE(implementation) {
    ObjectFixture r2(implementation);
    r2.put("k", "0123456789");
    const auto range = [](std::optional<std::uint64_t> offset, std::optional<std::uint64_t> length,
                          std::optional<std::uint64_t> suffix = {}) {
      return ObjectRange{offset, length, suffix};
    };
    CHECK(r2.get("k", range(2, 3)) == "234");
    CHECK(r2.get("k", range(0, 1)) == "0");
    CHECK(r2.get("k", range(9, 1)) == "9");
    CHECK(r2.get("k", range(7, {})) == "789");
    CHECK(r2.get("k", range(7, 100)) == "789");
    CHECK(r2.get("k", range({}, 4)) == "0123");
    CHECK(r2.get("k", range({}, {}, 4)) == "6789");
    CHECK(r2.get("k", range({}, {}, 100)) == "0123456789");
    for (const auto& wrong : {range(10, 1), range(10, {}), range(0, 0), range({}, {}, 0), range(1, {}, 1)}) {
      CHECK(kind_of_failure([&] { r2.get("k", wrong); }) == ErrorKind::invalid_input);
    }
    const auto some = r2.store->get("k", range(2, 3), {});
    CHECK(some->offset == 2);
    CHECK(some->length == 3);
    CHECK(some->size == 10);
    CHECK(some->body->remaining() == 3U);
    r2.put("empty", "");
    CHECK(r2.get("empty", range(0, {})) == "");
    CHECK(kind_of_failure([&] { r2.get("empty", range(0, 1)); }) == ErrorKind::invalid_input);
  }
}

TEST_CASE("a body larger than a part becomes a multipart object") {
  FOR_EACH_STORE(implementation) {
    ObjectFixture r2(implementation);
    constexpr std::size_t part = r2_min_part_bytes;
    const std::string bytes = pattern(2 * part + 1);
    ObjectWrite write;
    write.key = "multi";
    write.http.content_type = "a/b";
    write.part_size = part;
    const auto stored = r2.put(write, bytes);
    Hasher digests(HashKind::md5);
    for (std::size_t at = 0; at < bytes.size(); at += part) {
      Hasher one(HashKind::md5);
      one.update(std::string_view(bytes).substr(at, part));
      digests.update(one.digest());
    }
    CHECK(stored->etag == hex(digests.digest()) + "-3");
    CHECK(stored->is_multipart());
    CHECK(stored->size == bytes.size());
    CHECK(r2.get("multi") == bytes);
    CHECK(r2.has_blobs(3));
    for (const std::size_t at : {part - 2, part - 1, part, part + 1, 2 * part - 1, 2 * part}) {
      for (const std::size_t length : {1U, 2U, 5U}) {
        CHECK(r2.get("multi", ObjectRange{at, length, {}}) == bytes.substr(at, length));
      }
    }
    CHECK(r2.get("multi", ObjectRange{1, 2 * part - 1, {}}) == bytes.substr(1, 2 * part - 1));
    CHECK(r2.get("multi", ObjectRange{{}, {}, part + 2}) == bytes.substr(part - 1));
    CHECK(r2.put(write, std::string_view(bytes).substr(0, part))->etag == md5_of(bytes.substr(0, part)));
    CHECK(r2.has_blobs(1));
    r2.put(write, bytes);
    CHECK(r2.store->rename("multi", "moved", object_noon));
    CHECK(r2.get("moved") == bytes);
    ObjectWrite copy;
    copy.key = "copy";
    const auto copied = r2.store->copy_from(*r2.store, "moved", copy, false, object_noon);
    REQUIRE(copied);
    if (r2.traits().atomic) CHECK(copied->etag == stored->etag);  // else its parts are of another size
    CHECK(r2.erases(std::vector<std::string>{"moved"}, 1));
    CHECK(r2.get("copy") == bytes);
    CHECK(r2.has_blobs(3));
    CHECK(r2.store->uploads().empty());
    r2.store->erase(std::vector<std::string>{"copy"});
    CHECK(r2.has_blobs(0));
  }
}

TEST_CASE("conditions decide whether a read or a write takes place") {
  FOR_EACH_STORE(implementation) {
    ObjectFixture r2(implementation);
    CHECK_FALSE(r2.put("k", "x", {{"*"}, {}}));
    CHECK(r2.put("k", "one", {{}, {"*"}}));
    CHECK_FALSE(r2.put("k", "two", {{}, {"*"}}));
    CHECK_FALSE(r2.put("k", "two", {{"other", "another"}, {}}));
    CHECK_FALSE(r2.put("k", "two", {{}, {"other", md5_of("one")}}));
    CHECK(r2.get("k") == "one");
    CHECK(r2.put("k", "two", {{"other", md5_of("one")}, {}}));
    CHECK(r2.get("k") == "two");
    CHECK(r2.has_blobs(1));
    CHECK(r2.store->get("k", {}, {{md5_of("two")}, {}})->body);
    CHECK_FALSE(r2.store->get("k", {}, {{}, {md5_of("two")}})->body);
    CHECK_FALSE(r2.store->get("k", {}, {{"x"}, {}})->body);
  }
}

TEST_CASE("checksums are compared with the body and stored") {
  FOR_EACH_STORE(implementation) {
    ObjectFixture r2(implementation);
    r2.put("k", "old");
    ObjectWrite write;
    write.key = "k";
    for (const HashKind kind : hash_kinds) {
      Hasher hasher(kind);
      hasher.update("new");
      write.checksums.of(kind) = hex(hasher.digest());
    }
    CHECK(kind_of_failure([&] { r2.put(write, "other"); }) == ErrorKind::conflict);
    CHECK(r2.get("k") == "old");
    CHECK(r2.has_blobs(1));
    CHECK(r2.put(write, "new"));
    if (r2.traits().keeps_checksums) CHECK(r2.store->head("k")->checksums.by_kind == write.checksums.by_kind);
  }
}

TEST_CASE("a body stays readable when its object is overwritten or removed") {
  FOR_EACH_STORE(implementation) {
    ObjectFixture r2(implementation);
    const std::string old = pattern(200'000);
    r2.put("k", old);
    const auto first = r2.store->get("k", {}, {});
    r2.put("k", "new");
    const auto second = r2.store->get("k", {}, {});
    r2.store->erase(std::vector<std::string>{"k"});
    CHECK(read_all(*first->body, UINT64_MAX, "") == old);
    CHECK(read_all(*second->body, UINT64_MAX, "") == "new");
  }
}

TEST_CASE("a body that fails half way leaves the old object and no bytes") {
  FOR_EACH_STORE(implementation) {
    class Failing final : public ByteSource {
     public:
      std::size_t read(std::span<char> buffer) override {
        if (++calls_ > 3) throw Error(ErrorKind::io, "the source broke");
        return buffer.size();
      }

     private:
      int calls_ = 0;
    };
    ObjectFixture r2(implementation);
    r2.put("k", "old");
    ObjectWrite write;
    write.key = "k";
    Failing source;
    CHECK(kind_of_failure([&] { r2.store->put(write, source, object_noon); }) == ErrorKind::io);
    CHECK(r2.get("k") == "old");
    CHECK(r2.has_blobs(1));
  }
}

TEST_CASE("copy takes bytes and metadata, within a bucket and to another") {
  FOR_EACH_STORE(implementation) {
    ObjectFixture r2(implementation);
    const auto other = r2.backend->open("other-bucket");
    ObjectWrite write;
    write.key = "k";
    write.http.content_type = "a/b";
    write.custom = {{"a", "1"}};
    const auto source = r2.put(write, "bytes");
    ObjectWrite target;
    target.key = "copy";
    target.http.content_type = "c/d";
    CHECK_FALSE(other->copy_from(*r2.store, "missing", target, false, object_noon));
    const auto copied = other->copy_from(*r2.store, "k", target, false, object_noon + 5);
    REQUIRE(copied);
    CHECK(copied->version != source->version);
    if (r2.traits().sets_time) CHECK(copied->uploaded == object_noon + 5);
    CHECK(copied->http == write.http);
    CHECK(copied->custom == write.custom);
    r2.store->erase(std::vector<std::string>{"k"});
    CHECK(read_all(*other->get("copy", {}, {})->body, 100, "") == "bytes");
    const auto replaced = other->copy_from(*other, "copy", target, true, object_noon);
    CHECK(replaced->http == target.http);
    CHECK(replaced->custom.empty());
    CHECK(read_all(*other->get("copy", {}, {})->body, 100, "") == "bytes");
    target.conditions = {{}, {"*"}};
    CHECK_FALSE(other->copy_from(*other, "copy", target, false, object_noon));
    CHECK(r2.has_blobs(1));
  }
}

TEST_CASE("rename moves an object whole, and erase_unchanged spares what was written since") {
  FOR_EACH_STORE(implementation) {
    ObjectFixture r2(implementation);
    CHECK_FALSE(r2.store->rename("a", "b", object_noon));
    ObjectWrite write;
    write.key = "a";
    write.custom = {{"x", "y"}};
    const auto first = r2.put(write, "value");
    r2.put("b", "replaced");
    CHECK(r2.store->rename("a", "a", object_noon));
    CHECK(r2.store->rename("a", "b", object_noon + 7));
    CHECK_FALSE(r2.get("a"));
    CHECK(r2.get("b") == "value");
    const auto moved = r2.store->head("b");
    CHECK(moved->custom == write.custom);
    if (r2.traits().sets_time) CHECK(moved->uploaded == object_noon + 7);
    CHECK(r2.has_blobs(1));
    CHECK((moved->version.empty() || moved->version != first->version));
    const ObjectInfo seen = *moved;
    r2.put("b", "written since");
    CHECK_FALSE(r2.store->erase_unchanged(seen));
    CHECK(r2.store->erase_unchanged(*r2.store->head("b")));
    CHECK_FALSE(r2.store->erase_unchanged(seen));
    CHECK(r2.has_blobs(0));
  }
}

TEST_CASE("a guard stops overwriting, moving and deleting, and nothing is half done") {
  FOR_EACH_STORE(implementation) {
    ObjectFixture r2(implementation);
    if (r2.traits().enforces_rules) continue;
    r2.store->guard(std::make_shared<PrefixGuard>());
    CHECK(r2.put("locked/a", "kept"));
    r2.put("free", "x");
    ObjectWrite onto;
    onto.key = "locked/a";
    for (const auto& change : std::vector<std::function<void()>>{
             [&] { r2.put("locked/a", "y"); }, [&] { r2.store->rename("locked/a", "b", object_noon); },
             [&] { r2.store->rename("free", "locked/a", object_noon); },
             [&] { r2.store->copy_from(*r2.store, "free", onto, false, object_noon); },
             [&] { r2.store->erase_unchanged(*r2.store->head("locked/a")); },
             [&] {
               r2.store->erase(std::vector<std::string>{"free", "locked/a"});
             }}) {
      CHECK(kind_of_failure(change) == ErrorKind::denied);
      CHECK(r2.get("locked/a") == "kept");
      CHECK(r2.get("free") == "x");
      CHECK(r2.has_blobs(2));
    }
    const auto batch = r2.store->begin_batch();
    MemorySource source("z");
    batch->put(onto, source, object_noon);
    CHECK(kind_of_failure([&] { batch->commit(); }) == ErrorKind::denied);
    CHECK(r2.get("locked/a") == "kept");
    CHECK(r2.backend->drop("my-bucket") == 2);
  }
}

TEST_CASE("a batch is all or nothing, and the last of a repeated key wins") {
  FOR_EACH_STORE(implementation) {
    ObjectFixture r2(implementation);
    const auto add = [](ObjectBatch& batch, std::string key, std::string_view body) {
      MemorySource source(body);
      ObjectWrite write;
      write.key = std::move(key);
      batch.put(write, source, object_noon);
    };
    r2.put("k", "before");
    {
      const auto abandoned = r2.store->begin_batch();
      add(*abandoned, "k", "abandoned");
    }
    if (r2.traits().atomic) CHECK(r2.get("k") == "before");
    CHECK(r2.has_blobs(1));
    const auto batch = r2.store->begin_batch();
    for (int i = 0; i < 40; ++i) add(*batch, "n" + std::to_string(i), "value");
    add(*batch, "k", "first");
    add(*batch, "k", "last");
    CHECK(kind_of_failure([&] { add(*batch, "", "x"); }) == ErrorKind::invalid_input);
    if (r2.traits().atomic) CHECK(r2.get("k") == "before");
    batch->commit();
    CHECK(r2.get("k") == "last");
    CHECK(r2.keys().size() == 41);
    CHECK(r2.has_blobs(41));
    add(*batch, "once more", "x");
    batch->commit();
    CHECK(r2.get("once more") == "x");
  }
}

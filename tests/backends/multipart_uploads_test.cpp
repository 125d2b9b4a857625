#include "backends/multipart_uploads.hpp"

#include <string>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "backends/wrangler/r2_store.hpp"
#include "tests/fake_clock.hpp"
#include "tests/temporary_folder.hpp"

namespace corral {

namespace {

constexpr std::size_t part_bytes = std::size_t{5} << 20U;

struct Bucket {
  testing::TemporaryFolder folder;
  testing::FakeClock clock;
  wrangler::WranglerObjectStore store{folder.path(), "media", clock};
  MultipartUploads& uploads = *store.multipart();

  std::string begin(const std::string& key) {
    ObjectWrite write;
    write.key = key;
    write.http.content_type = "a/b";
    write.http.customer_key_md5 = "AAAAAAAAAAAAAAAAAAAAAA==";
    write.custom = {{"name", "value"}};
    return uploads.begin(write, {});
  }

  NamedPart put(const std::string& key, const std::string& id, std::int64_t number,
                const std::string& bytes) {
    MemorySource source(bytes);
    return {number, uploads.put_part(key, id, number, source, std::nullopt).etag};
  }

  ErrorKind refusal(const std::string& key, const std::string& id, const std::vector<NamedPart>& parts) {
    try {
      uploads.complete(key, id, parts, {}, {}, 1000);
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::closed_pipe;
  }

  std::string body(const std::string& key) {
    auto object = store.get(key, std::nullopt, {});
    return object ? read_all(*object->body, 1U << 30U, "the object") : "none";
  }
};

}  // namespace

TEST_CASE("HTTP metadata of an upload while it is in progress, and then of its object") {
  Bucket bucket;
  const std::string id = bucket.begin("k");
  const auto created = bucket.uploads.http_metadata("k", id);
  REQUIRE(created);
  CHECK(created->content_type == "a/b");
  CHECK(created->customer_key_md5 == "AAAAAAAAAAAAAAAAAAAAAA==");
  CHECK_FALSE(bucket.uploads.http_metadata("another", id));
  CHECK_FALSE(bucket.uploads.http_metadata("k", "another"));
  CHECK(bucket.uploads.complete("k", id, {bucket.put("k", id, 1, "all")}, {}, {}, 1000));
  CHECK_FALSE(bucket.uploads.http_metadata("k", id));
  CHECK(bucket.store.head("k")->http == *created);
}

TEST_CASE("an upload in parts: out of order, one replaced, one left out") {
  Bucket bucket;
  const std::string id = bucket.begin("k");
  const std::string large(part_bytes, 'a');
  const NamedPart last = bucket.put("k", id, 7, "end");
  bucket.put("k", id, 2, "replaced");
  const NamedPart first = bucket.put("k", id, 2, large);
  bucket.put("k", id, 5, "left out");
  CHECK_FALSE(bucket.store.head("k"));
  CHECK(bucket.store.uploads().size() == 1);
  const auto parts = bucket.uploads.parts("k", id, 2, 10);
  REQUIRE(parts);
  CHECK(parts->size() == 2);
  CHECK(parts->front().number == 5);
  CHECK(parts->front().size == 8);

  const auto object = bucket.uploads.complete("k", id, {first, last}, {}, {}, 1000);
  REQUIRE(object);
  Hasher both(HashKind::md5);
  for (const std::string& bytes : {large, std::string("end")}) {
    Hasher one(HashKind::md5);
    one.update(bytes);
    both.update(one.digest());
  }
  CHECK(object->etag == hex(both.digest()) + "-2");
  CHECK(object->size == part_bytes + 3);
  CHECK(object->uploaded == 1000);
  CHECK(object->http.content_type == "a/b");
  CHECK(object->custom == CustomMetadata{{"name", "value"}});
  CHECK(bucket.body("k") == large + "end");
  CHECK(bucket.store.uploads().empty());
  // Again, while it is the object that the upload made.
  CHECK(bucket.uploads.complete("k", id, {first, last}, {}, {}, 2000)->version == object->version);
  bucket.store.erase(std::vector<std::string>{"k"});
  CHECK(bucket.refusal("k", id, {first, last}) == ErrorKind::not_found);
}

TEST_CASE("the rules for parts") {
  Bucket bucket;
  const std::string id = bucket.begin("k");
  const NamedPart small = bucket.put("k", id, 1, "small");
  const NamedPart large = bucket.put("k", id, 2, std::string(part_bytes, 'a'));
  const NamedPart other = bucket.put("k", id, 3, std::string(part_bytes + 1, 'a'));
  CHECK(bucket.refusal("k", id, {}) == ErrorKind::invalid_input);
  CHECK(bucket.refusal("k", id, {small, large}) == ErrorKind::limit);
  CHECK(bucket.refusal("k", id, {large, other}) == ErrorKind::invalid_input);
  CHECK(bucket.refusal("k", id, {{2, small.etag}}) == ErrorKind::invalid_input);
  CHECK(bucket.refusal("k", id, {{4, small.etag}}) == ErrorKind::invalid_input);
  CHECK(bucket.refusal("other", id, {large}) == ErrorKind::not_found);
  CHECK(bucket.refusal("k", "no such id", {large}) == ErrorKind::not_found);
  MemorySource source("x");
  for (const std::int64_t number : {0, 10'001}) {
    CHECK_THROWS_AS(bucket.uploads.put_part("k", id, number, source, std::nullopt), Error);
  }
  CHECK_THROWS_AS(bucket.uploads.put_part("k", id, 1, source, std::string(32, '0')), Error);
  CHECK(bucket.uploads.complete("k", id, {small}, {}, {}, 1000)->etag.ends_with("-1"));
}

TEST_CASE("conditions: the upload goes on") {
  Bucket bucket;
  MemorySource present("present");
  ObjectWrite write;
  write.key = "k";
  bucket.store.put(write, present, 1);
  const std::string id = bucket.begin("k");
  const NamedPart part = bucket.put("k", id, 1, "new");
  CHECK_FALSE(bucket.uploads.complete("k", id, {part}, {.etag_does_not_match = {"*"}}, {}, 1000));
  CHECK(bucket.body("k") == "present");
  CHECK(bucket.uploads.complete("k", id, {part}, {}, {}, 1000));
  CHECK(bucket.body("k") == "new");
}

TEST_CASE("an aborted upload takes no further part") {
  Bucket bucket;
  const std::string id = bucket.begin("k");
  const NamedPart part = bucket.put("k", id, 1, "x");
  CHECK(bucket.store.abort_upload(id));
  CHECK_FALSE(bucket.uploads.parts("k", id, 0, 10));
  CHECK_THROWS_AS(bucket.put("k", id, 2, "y"), Error);
  CHECK(bucket.refusal("k", id, {part}) == ErrorKind::not_found);
}

TEST_CASE("an upload with a checksum says so in its id, and the object keeps what it got") {
  Bucket bucket;
  ObjectWrite write;
  write.key = "k";
  for (const std::string_view algorithm : s3_checksum_algorithms)
    CHECK(checksum_of_upload(bucket.uploads.begin(write, algorithm)) == algorithm);
  const std::string plain = bucket.uploads.begin(write, {});
  CHECK(checksum_of_upload(plain).empty());
  CHECK(checksum_of_upload("").empty());
  CHECK(checksum_of_upload("no base64!").empty());

  const std::string id = bucket.uploads.begin(write, "SHA256");
  const NamedPart part = bucket.put("k", id, 3, "bytes");
  CHECK(read_all(*bucket.uploads.read_part("k", id, 3), 100, "the part") == "bytes");
  CHECK(bucket.uploads.read_part("k", id, 4) == nullptr);
  CHECK(bucket.uploads.read_part("other", id, 3) == nullptr);
  const NamedPart empty = bucket.put("k", plain, 1, "");
  CHECK(read_all(*bucket.uploads.read_part("k", plain, empty.number), 100, "the part").empty());
  const S3Checksum checksum{.algorithm = "SHA256", .value = "c3Vt-1"};
  REQUIRE(bucket.uploads.complete("k", id, {part}, {}, checksum, 1000));
  CHECK(bucket.store.head("k")->checksums.s3 == checksum);
  ObjectWrite copy;
  copy.key = "copy";
  bucket.store.copy_from(bucket.store, "k", copy, false, 2000);
  CHECK(bucket.store.head("copy")->checksums.s3 == checksum);
}

TEST_CASE("checksums that are known only at the end of the body") {
  Bucket bucket;
  ObjectWrite write;
  write.key = "k";
  write.add_checksums = [](ObjectChecksums& checksums) {
    checksums.s3 = {.algorithm = "CRC32", .value = "AAAA"};
  };
  MemorySource source("bytes");
  bucket.store.put(write, source, 1000);
  CHECK(bucket.store.head("k")->checksums.s3->value == "AAAA");
}

}  // namespace corral

// R2 on wrangler's layout, down to its rows and files.
#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "backends/sqlite/connection.hpp"
#include "backends/wrangler/state_layout.hpp"
#include "tests/backends/object_backends.hpp"
#include "tests/failure.hpp"

using namespace corral;
using namespace corral::testing;
namespace fs = std::filesystem;

namespace {

const ObjectImplementation& on_wrangler() {
  return object_implementations().front();
}

sqlite::Connection database_of(const ObjectFixture& r2) {
  return *sqlite::Connection::open_existing(wrangler::r2_database_file(r2.folder.path(), "my-bucket"));
}

/// An upload as a Worker leaves it: one part of three bytes, begun at 1,795,580,965,368 ms.
void leave_upload(const ObjectFixture& r2, const std::string& id, int state) {
  const std::string blob = std::string(64, 'b') + "000001a210f731f8";
  std::ofstream(wrangler::r2_blob_folder(r2.folder.path(), "my-bucket") / blob) << "abc";
  database_of(r2).execute("INSERT INTO _mf_multipart_uploads VALUES('" + id + "', 'big', '{}', '{}', " +
                          std::to_string(state) + "); INSERT INTO _mf_multipart_parts VALUES('" + id +
                          "', 1, '" + blob + "', 3, 'etag', 'md5', NULL);");
}

}  // namespace

TEST_CASE("rows and blobs are those that wrangler writes") {
  ObjectFixture r2(on_wrangler());
  ObjectWrite write;
  write.key = "k";
  write.http = {"text/plain", {}, {}, {}, "no-store", 5, {}};
  write.custom = {{"b", "1"}, {"a", "é"}};
  r2.put(write, "hello");
  const sqlite::Connection database = database_of(r2);
  sqlite::Statement row = database.prepare(
      "SELECT blob_id, length(version), size, etag, uploaded, checksums, http_metadata, custom_metadata FROM "
      "_mf_objects");
  REQUIRE(row.step());
  const std::string blob(row.text(0));
  CHECK(blob.size() == 80);
  CHECK(row.integer(1) == 32);
  CHECK(row.integer(2) == 5);
  CHECK(row.text(3) == "5d41402abc4b2a76b9719d911017c592");
  CHECK(row.integer(4) == object_noon);
  CHECK(row.text(5) == "{}");
  CHECK(row.text(6) == R"({"contentType":"text/plain","cacheControl":"no-store","cacheExpiry":5})");
  CHECK(row.text(7) == R"({"b":"1","a":"é"})");
  CHECK(fs::exists(r2.folder.path() / "v3/r2/my-bucket/blobs" / blob));
}

TEST_CASE("an object without its blob is not found; a shorter blob is corrupt") {
  ObjectFixture r2(on_wrangler());
  r2.put("gone", "hello");
  r2.put("empty", "");
  const fs::path blobs = wrangler::r2_blob_folder(r2.folder.path(), "my-bucket");
  for (const auto& entry : fs::directory_iterator(blobs)) fs::remove(entry.path());
  CHECK_FALSE(r2.get("gone"));
  CHECK_FALSE(r2.get("empty"));
  CHECK(r2.put("gone", "hello"));
  for (const auto& entry : fs::directory_iterator(blobs)) fs::resize_file(entry.path(), 2);
  CHECK(kind_of_failure([&] { r2.get("gone"); }) == ErrorKind::corrupt);
}

TEST_CASE("damaged metadata is an error that names the object") {
  ObjectFixture r2(on_wrangler());
  r2.put("k", "hello");
  for (const char* json : {"[]", "{", "{\"contentType\":5}", ""}) {
    const sqlite::Connection database = database_of(r2);
    database.prepare("UPDATE _mf_objects SET http_metadata = ?1").bind(1, std::string_view(json)).run();
    CHECK(kind_of_failure([&] { r2.store->head("k"); }) == ErrorKind::corrupt);
  }
}

TEST_CASE("a blob id that is no blob id reaches no other file") {
  ObjectFixture r2(on_wrangler());
  r2.put("k", "hello");
  std::ofstream(r2.folder.path() / "secret") << "secret";
  database_of(r2).execute("UPDATE _mf_objects SET blob_id = '../../../../secret', size = 6");
  CHECK_FALSE(r2.get("k"));
  r2.store->erase(std::vector<std::string>{"k"});
  CHECK(fs::exists(r2.folder.path() / "secret"));
}

TEST_CASE("uploads that Workers left are listed, counted and aborted") {
  ObjectFixture r2(on_wrangler());
  r2.put("k", "hello");
  leave_upload(r2, "left", 0);
  const auto uploads = r2.store->uploads();
  REQUIRE(uploads.size() == 1);
  CHECK(uploads[0].id == "left");
  CHECK(uploads[0].key == "big");
  CHECK(uploads[0].parts == 1);
  CHECK(uploads[0].bytes == 3);
  CHECK(uploads[0].started == 1'795'580'965'368);
  CHECK(r2.store->usage().upload_bytes == 3);
  CHECK(r2.has_blobs(2));
  CHECK(r2.store->abort_upload("left"));
  CHECK_FALSE(r2.store->abort_upload("left"));
  CHECK(r2.has_blobs(1));
  CHECK(r2.store->uploads().empty());
  const sqlite::Connection database = database_of(r2);
  sqlite::Statement row = database.prepare("SELECT state FROM _mf_multipart_uploads");
  REQUIRE(row.step());
  CHECK(row.integer(0) == 2);
}

#include "backends/registered/pulled_databases.hpp"

#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include "tests/temporary_folder.hpp"
#include "tests/unit/backends/sql_copy/scratch_database.hpp"

using namespace corral;
using corral::testing::scratch_database;
using corral::testing::TemporaryFolder;

TEST_CASE("a note of a pull is read back, and a bad one is none") {
  const TemporaryFolder folder;
  const PulledDatabases notes(folder.path());
  CHECK_FALSE(notes.of("db"));
  notes.put("db", {.origin = "o", .request = "r", .content = "c", .tables = 3, .bytes = 4096});
  const auto note = notes.of("db");
  REQUIRE(note);
  CHECK(note->origin == "o");
  CHECK(note->tables == 3);
  CHECK(note->bytes == 4096);
  CHECK_FALSE(notes.of("other"));
  for (const char* const bad :
       {"", "{", "[]", R"({"version":2,"origin":"o"})", R"({"version":1,"origin":5})"}) {
    CAPTURE(bad);
    std::ofstream(CorralLayout(folder.path()).pulled("d1", "db")) << bad;
    CHECK_FALSE(notes.of("db"));
  }
}

TEST_CASE("the digest of a content is that of its pages, not of the file") {
  const auto a = scratch_database({"CREATE TABLE t(v)", "INSERT INTO t VALUES(1)"});
  const auto b = scratch_database({"CREATE TABLE t(v)", "INSERT INTO t VALUES(1)"});
  CHECK(content_digest(*a->pages()) == content_digest(*b->pages()));
  sql_copy::run_statements(*b, {"UPDATE t SET v = 2"});
  CHECK(content_digest(*a->pages()) != content_digest(*b->pages()));
}

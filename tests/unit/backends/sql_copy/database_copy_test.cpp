#include "backends/sql_copy/database_copy.hpp"

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/unit/backends/sql_copy/scratch_database.hpp"

using namespace corral;
using namespace corral::sql_copy;
using corral::testing::rows_of;
using corral::testing::scratch_database;

namespace {

std::unique_ptr<SqlDatabase> shop() {
  return scratch_database(
      {"CREATE TABLE a(id INTEGER PRIMARY KEY AUTOINCREMENT, b REFERENCES b(id))",
       "CREATE TABLE b(id INTEGER PRIMARY KEY, v)", "CREATE VIEW v AS SELECT v FROM b",
       "CREATE TRIGGER t AFTER INSERT ON b BEGIN UPDATE b SET v = 'fired'; END",
       "CREATE TRIGGER i INSTEAD OF INSERT ON v BEGIN INSERT INTO b(v) VALUES(new.v); END",
       "CREATE INDEX n ON b(v)", "CREATE VIRTUAL TABLE f USING fts5(v, content='b', content_rowid='id')",
       "INSERT INTO b VALUES(1,'x')", "INSERT INTO a VALUES(5,1),(9,1)", "DELETE FROM a WHERE id = 9",
       "INSERT INTO f(f) VALUES('rebuild')"});
}

}  // namespace

TEST_CASE("a copy has the schema, the rows, the counters and the indexes; no trigger fires") {
  const auto from = shop();
  const auto to = scratch_database();
  const CopyResult result = copy_database(*from, *to, {});
  CHECK(result.tables == 3);
  CHECK(result.is_of_one_moment);
  for (const char* const query :
       {"SELECT * FROM a", "SELECT * FROM b", "SELECT * FROM sqlite_sequence",
        "SELECT rowid FROM f WHERE f MATCH 'fired'",
        "SELECT name, sql FROM sqlite_schema WHERE sql NOT LIKE '%f\\_%' ESCAPE '\\' ORDER BY name"}) {
    CAPTURE(query);
    CHECK(rows_of(*from, query) == rows_of(*to, query));
  }
  CHECK(rows_of(*to, "PRAGMA foreign_keys") == "1");
}

TEST_CASE("a copy of some tables and some rows") {
  const auto from = shop();
  const auto to = scratch_database();
  const CopyResult result = copy_database(
      *from, *to, {.tables = {"A"}, .always = {"b", "not there"}, .conditions = {{"b", "v <> 'fired'"}}});
  CHECK(rows_of(*to, "SELECT id FROM a") == "5");
  CHECK(rows_of(*to, "SELECT * FROM b").empty());
  CHECK_FALSE(result.is_of_one_moment);
  const auto schema = scratch_database();
  CHECK(copy_database(*from, *schema, {.data = false}).rows == 0);
  CHECK(rows_of(*schema, "SELECT count(*) FROM a") == "0");
  CHECK_THROWS_AS(copy_database(*from, *scratch_database(), {.tables = {"nope"}}), Error);
}

TEST_CASE("what a temporary database held is in none of its pages once it is purged") {
  const auto database = scratch_database(
      {"CREATE TABLE t(v)", "CREATE VIRTUAL TABLE f USING fts5(v)", "INSERT INTO t VALUES('secretword')",
       "INSERT INTO f VALUES('secretword')", "UPDATE t SET v = 'x'", "UPDATE f SET v = 'y'"});
  const auto holds = [&] {
    const auto pages = database->pages();
    std::string all;
    for (std::uint32_t i = 1; i <= pages->page_count(); ++i) all += pages->page(i);
    return all.find("secretword") != std::string::npos;
  };
  CHECK(holds());
  database->purge();
  CHECK_FALSE(holds());
  CHECK(rows_of(*database, "SELECT v FROM f WHERE f MATCH 'y'") == "y");
  CHECK_THROWS_AS(run_alone(*database, "ATTACH 'x.db' AS x"), Error);
  CHECK_THROWS_AS(run_alone(*database, "VACUUM INTO 'x.db'"), Error);
}

TEST_CASE("a temporary database takes D1's dialect when it is told to") {
  const auto database = scratch_database({"CREATE TABLE t(v)"});
  CHECK(rows_of(*database, "SELECT sqlite_version() IS NOT NULL") == "1");
  database->restrict_to_d1();
  CHECK_THROWS_AS(rows_of(*database, "SELECT sqlite_version()"), Error);
}

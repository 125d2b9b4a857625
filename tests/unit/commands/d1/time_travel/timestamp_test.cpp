// Time travel by time, and how long it reaches back.
#include <chrono>
#include <filesystem>

#include <doctest/doctest.h>

#include "tests/unit/test_context.hpp"

using namespace corral;
using corral::testing::Ran;
using corral::testing::TestContext;
using nlohmann::json;

namespace {

/// A database whose file is written to at the time of the test's clock.
struct Database : TestContext {
  Database() {
    write("wrangler.json",
          R"({"d1_databases":[{"binding":"DB","database_name":"my-db","database_id":"d"}]})");
  }
  void sql(const std::string& text) {
    output("d1 execute my-db --command '" + text + "'");
    date_files();
  }
  std::string value() { return output("d1 execute my-db --command 'SELECT a FROM t' --format raw"); }
  std::string bookmark() { return answer("d1 time-travel info my-db --json")["bookmark"]; }
  Ran info_at(UnixMillis moment) {
    return run("d1 time-travel info my-db --json --timestamp " + std::to_string(moment / one_second));
  }

 private:
  void date_files() const {
    namespace fs = std::filesystem;
    const auto now = fs::file_time_type::clock::from_sys(
        std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(time.now())));
    for (const auto& entry : fs::recursive_directory_iterator(folder() / ".wrangler/state/v3/d1")) {
      if (entry.is_regular_file()) fs::last_write_time(entry.path(), now);
    }
  }
};

}  // namespace

TEST_CASE("a time leads to the state that held then") {
  Database database;
  database.sql("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  database.time.advance(10 * one_second);
  const std::string first = database.bookmark();
  database.time.advance(10 * one_second);
  database.sql("UPDATE t SET a = 2");
  const UnixMillis changed = database.time.now();
  database.time.advance(10 * one_second);

  // Between the change and the bookmark nothing else was written, so every moment in between is covered.
  const Ran covered = database.info_at(changed - 15 * one_second);
  CHECK(covered.status == 0);
  CHECK(json::parse(covered.out)["bookmark"] == first);
  CHECK(covered.notes.empty());
  // An unrecorded change may have been made after the bookmark.
  const Ran nearest = database.info_at(changed - 5 * one_second);
  CHECK(json::parse(nearest.out)["bookmark"] == first);
  REQUIRE(nearest.notes.size() == 1);
  CHECK(nearest.notes[0].find("the nearest bookmark before") == 0);
  // What it is now is what it was since the change.
  const Ran current = database.info_at(changed + one_second);
  CHECK(json::parse(current.out)["bookmark"] == database.bookmark());
  CHECK(current.notes.empty());

  const Ran too_early = database.info_at(changed - 21 * one_second);
  CHECK(too_early.status == 1);
  CHECK(too_early.out.empty());
  REQUIRE(too_early.failure);
  CHECK(too_early.failure->message().find("no bookmark of D1 database \"my-db\" goes back to") == 0);
  CHECK(database.info_at(database.time.now() + one_second).status == 1);
  CHECK(database.info_at(database.time.now()).status == 0);

  database.output("d1 time-travel restore my-db -y --timestamp " +
                  std::to_string((changed - 15 * one_second) / one_second));
  CHECK(database.value() == "1\n");
}

TEST_CASE("--timestamp takes seconds and RFC 3339, and nothing that is no time") {
  Database database;
  database.sql("CREATE TABLE t (a)");
  database.time.advance(10 * one_second);
  CHECK(database.run("d1 time-travel info my-db --timestamp 2026-01-01T00:00:05Z").status == 0);
  CHECK(database.run("d1 time-travel info my-db --timestamp 2026-01-01T02:00:05+02:00").status == 0);
  for (const char* const wrong :
       {"yesterday", "2026-13-01T00:00:00Z", "-1", "99999999999999", "32503680000"}) {
    CAPTURE(wrong);
    const Ran refused = database.run(std::string("d1 time-travel info my-db --timestamp=") + wrong);
    REQUIRE(refused.failure);
    CHECK(refused.failure->kind() == ErrorKind::usage);
  }
}

TEST_CASE("a bookmark is kept for 30 days, and the next one removes those that are older") {
  Database database;
  database.sql("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  database.time.advance(one_second);
  const std::string old = database.bookmark();
  database.time.advance(30 * one_day);
  database.sql("UPDATE t SET a = 2");
  const std::string kept = database.bookmark();
  json list = database.answer("d1 time-travel list my-db");
  REQUIRE(list.size() == 2);
  CHECK(list[0]["bookmark"] == old);
  database.time.advance(one_second);
  database.sql("UPDATE t SET a = 3");
  database.bookmark();
  list = database.answer("d1 time-travel list my-db");
  REQUIRE(list.size() == 2);
  CHECK(list[0]["bookmark"] == kept);
  CHECK(database.run("d1 time-travel restore my-db -y --bookmark " + old).status == 1);
  database.output("d1 time-travel restore my-db -y --bookmark " + kept);
  CHECK(database.value() == "2\n");
}

TEST_CASE("an unchanged database is bookmarked again once its bookmark is a day old") {
  Database database;
  database.sql("CREATE TABLE t (a)");
  database.time.advance(one_second);
  const std::string first = database.bookmark();
  database.time.advance(one_day - 1);
  CHECK(database.bookmark() == first);
  database.time.advance(1);
  CHECK(database.bookmark() > first);
}

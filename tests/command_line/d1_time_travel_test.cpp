// `corral d1 time-travel`, and the bookmarks that other commands take.
#include <filesystem>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;
using nlohmann::json;

namespace {

struct TimeTravelProject {
  Shell shell;

  TimeTravelProject() {
    shell.write("wrangler.jsonc",
                R"({"d1_databases":[{"binding":"DB","database_name":"my-db","database_id":"d"}]})");
  }
  void sql(const std::string& text) {
    REQUIRE(shell.corral({"d1", "execute", "my-db", "--command", text}).status == 0);
  }
  std::string value(const std::string& text) {
    return shell.corral({"d1", "execute", "my-db", "--command", text, "--format", "raw"}).out;
  }
  std::string bookmark() {
    const ProcessResult result = shell.corral({"d1", "time-travel", "info", "my-db", "--json"});
    REQUIRE(result.status == 0);
    return json::parse(result.out)["bookmark"];
  }
  json list() { return json::parse(shell.corral({"d1", "time-travel", "list", "my-db"}).out); }
};

}  // namespace

TEST_CASE("time travel: there and back again") {
  TimeTravelProject one;
  CHECK(one.shell.corral({"d1", "time-travel", "info", "my-db"}).status == 1);
  one.sql("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  const std::string before = one.bookmark();
  CHECK(one.bookmark() == before);
  one.sql("DROP TABLE t");
  one.sql("CREATE TABLE u (a); INSERT INTO u VALUES (2)");

  ProcessResult result =
      one.shell.corral({"d1", "time-travel", "restore", "my-db", "--bookmark", before, "--json"});
  REQUIRE(result.status == 0);
  const json restored = json::parse(result.out);
  CHECK(restored["bookmark"] == before);
  CHECK(restored["message"].is_string());
  CHECK(one.value("SELECT a FROM t") == "1\n");
  CHECK(one.shell.corral({"d1", "execute", "my-db", "--command", "SELECT a FROM u"}).status == 1);

  const std::string undo = restored["previous_bookmark"];
  CHECK(undo > before);
  CHECK(one.shell.corral({"d1", "time-travel", "restore", "my-db", "--bookmark", undo, "-y"}).status == 0);
  CHECK(one.value("SELECT a FROM u") == "2\n");
}

TEST_CASE("time travel: refusals change nothing") {
  TimeTravelProject one;
  one.sql("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  const std::string bookmark = one.bookmark();
  one.sql("UPDATE t SET a = 2");
  const auto restore = [&](std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"d1", "time-travel", "restore", "my-db"});
    return one.shell.corral(flags);
  };
  CHECK(restore({"--bookmark", bookmark}).status == 1);
  CHECK(restore({"-y"}).status == 1);
  CHECK(restore({"-y", "--bookmark", bookmark, "--timestamp", "1"}).status == 1);
  CHECK(restore({"-y", "--bookmark", "00000001-none"}).status == 1);
  CHECK(one.value("SELECT a FROM t") == "2\n");
  const ProcessResult off = one.shell.script(
      "CORRAL_TIME_TRAVEL=off corral d1 time-travel restore my-db -y --bookmark " + bookmark);
  CHECK(off.status == 1);
  CHECK(off.err.find("CORRAL_TIME_TRAVEL") != std::string::npos);
  CHECK(one.shell.script("CORRAL_TIME_TRAVEL=maybe corral d1 time-travel list my-db").status == 1);
}

TEST_CASE("bookmarks are taken before what one may want to undo") {
  TimeTravelProject one;
  one.shell.write("a.sql", "INSERT INTO t VALUES (2);");
  one.shell.write("select.sql", "SELECT * FROM t;");
  one.shell.write("rows.csv", "a\n3\n");
  one.shell.write("migrations/0001_u.sql", "CREATE TABLE u (a);");
  one.sql("CREATE TABLE t (a)");
  CHECK(one.list().empty());
  REQUIRE(one.shell.corral({"d1", "execute", "my-db", "--file", "select.sql"}).status == 0);
  REQUIRE(one.shell.script("CORRAL_TIME_TRAVEL=off corral d1 execute my-db --file a.sql").status == 0);
  CHECK(one.list().empty());
  REQUIRE(one.shell.corral({"d1", "execute", "my-db", "--file", "a.sql"}).status == 0);
  REQUIRE(one.shell.corral({"d1", "import", "my-db", "rows.csv", "--table", "t"}).status == 0);
  REQUIRE(one.shell.corral({"d1", "migrations", "apply", "my-db"}).status == 0);
  one.shell.write("seeds/01.sql", "INSERT INTO t VALUES (4);");
  REQUIRE(one.shell.corral({"d1", "migrations", "seed", "my-db"}).status == 0);
  REQUIRE(
      one.shell.script("sqlite3 s.sqlite 'CREATE TABLE s (a)'; corral d1 restore my-db s.sqlite -y").status ==
      0);
  REQUIRE(one.shell.corral({"d1", "delete", "my-db", "-y"}).status == 0);
  std::vector<std::string> reasons;
  for (const json& bookmark : one.list()) reasons.push_back(bookmark["before"]);
  CHECK(reasons == std::vector<std::string>{"d1 execute --file", "d1 import", "d1 migrations apply",
                                            "d1 migrations seed", "d1 restore", "d1 delete"});
  // Even a deleted database can be had back.
  const std::string before_restore = one.list()[4]["bookmark"];
  REQUIRE(one.shell.corral({"d1", "time-travel", "restore", "my-db", "-y", "--bookmark", before_restore})
              .status == 0);
  CHECK(one.value("SELECT group_concat(a) FROM t") == "2,2,3,4\n");
  CHECK(one.value("SELECT count(*) FROM u") == "0\n");
}

TEST_CASE("a damaged store of bookmarks stops nobody from working") {
  TimeTravelProject one;
  one.shell.write("a.sql", "INSERT INTO t VALUES (2);");
  one.sql("CREATE TABLE t (a)");
  REQUIRE(one.shell.corral({"d1", "time-travel", "bookmark", "my-db"}).status == 0);
  one.shell.write(".wrangler/state/v3/corral/time-travel/data.mdb", std::string(20'000, 'x'));
  const ProcessResult result = one.shell.corral({"d1", "execute", "my-db", "--file", "a.sql"});
  CHECK(result.status == 0);
  CHECK(result.err.find("no bookmark") != std::string::npos);
  CHECK(one.shell.corral({"d1", "time-travel", "list", "my-db"}).status == 1);
}

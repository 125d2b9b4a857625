// `corral do` but for its storage commands, as a shell sees it.
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/do_project.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;
using nlohmann::json;

namespace {

const std::string alpha = "850e3a8cd3cd77da1d0560ce32f6b110eafa8f74d92dd718256592d70cf74341";

/// Two objects: alpha with a key and a table, beta with a key.
void fill_objects(Shell& shell) {
  corral::testing::write_do_project(shell);
  REQUIRE(shell
              .script("corral do storage put Counter --name alpha n 1;"
                      "corral do sql Counter --name alpha --command 'CREATE TABLE t(a); INSERT INTO t "
                      "VALUES(1), (2)';"
                      "corral do storage put Counter --name beta n 2")
              .status == 0);
}

}  // namespace

TEST_CASE("classes of the config, of other scripts, of environments and of the disk are known") {
  Shell shell;
  fill_objects(shell);
  shell.script(
      "corral do storage put Counter --name x n 1 --env prod; corral do storage put Lost --script gone "
      "--name x n 1");
  const json classes = json::parse(shell.corral({"do", "namespace", "list"}).out);
  REQUIRE(classes.size() == 4);
  CHECK(classes[0]["class"] == "Counter");
  CHECK(classes[0]["script"] == "dodemo");
  CHECK(classes[0]["bindings"] == json::parse(R"(["COUNTER"])"));
  CHECK(classes[0]["objects"] == 2);
  CHECK(classes[0]["bytes"] > 0);
  CHECK(classes[1]["script"] == "other");
  CHECK(classes[1]["objects"] == 0);
  CHECK(classes[2]["script"] == "dodemo-prod");
  CHECK(classes[3]["remark"] == "not in the config");
  CHECK(shell.corral({"do", "storage", "get", "Lost", "--name", "x", "n"}).out == "1\n");
  CHECK(shell.corral({"do", "storage", "get", "gone-Lost", "--name", "x", "n"}).out == "1\n");
  CHECK(shell.corral({"do", "storage", "get", "dodemo-prod-Counter", "--name", "x", "n"}).out == "1\n");
  CHECK(shell.corral({"do", "storage", "get", "Counter", "--name", "x", "n"}).status == 1);
  CHECK(shell.corral({"do", "list", "Nope"}).status == 1);
  CHECK(shell.on_terminal({"do", "namespace", "list"}).screen.find("COUNTER") != std::string::npos);
}

TEST_CASE("a class that several scripts have, and one that was renamed") {
  Shell shell;
  shell.script("for s in one two; do corral do storage put Room --script $s --name x n 1; done");
  CHECK(shell.corral({"do", "list", "Room"}).status == 1);
  CHECK(json::parse(shell.corral({"do", "list", "Room", "--script", "two"}).out).size() == 1);
  shell.write("wrangler.jsonc",
              R"({"name":"one","durable_objects":{"bindings":[{"name":"HALL","class_name":"Hall"}]},
      "migrations":[{"tag":"v1","new_classes":["Room"]},{"tag":"v2","renamed_classes":[{"from":"Room","to":"Hall"}]}]})");
  const json classes = json::parse(shell.corral({"do", "namespace", "list"}).out);
  CHECK(classes[0]["class"] == "Hall");
  CHECK(classes[1]["class"] == "Room");
  CHECK(classes[1]["remark"] == "renamed to Hall");
  CHECK(shell.corral({"do", "list", "HALL"}).out == "[]\n");
  CHECK(json::parse(shell.corral({"do", "list", "Room"}).out).size() == 1);
  // Without a name in the config the disk says whose the class is.
  shell.write("wrangler.jsonc", R"({"durable_objects":{"bindings":[{"name":"HALL","class_name":"Hall"}]}})");
  CHECK(shell.corral({"do", "list", "HALL"}).status == 1);
  shell.script("corral do storage put Hall --script some-uuid --name x n 1");
  CHECK(json::parse(shell.corral({"do", "list", "HALL"}).out).size() == 1);
}

TEST_CASE("objects are listed in pages and described") {
  Shell shell;
  fill_objects(shell);
  const json list = json::parse(shell.corral({"do", "list", "Counter"}).out);
  REQUIRE(list.size() == 2);
  const json& first = list[0]["id"] == alpha ? list[0] : list[1];
  CHECK(first["name"] == "alpha");
  CHECK(first["keys"] == 1);
  CHECK(first["tables"] == 1);
  CHECK(first["alarm"] == nullptr);
  const json page = json::parse(shell.corral({"do", "list", "Counter", "--limit", "1", "--page"}).out);
  CHECK(page["list_complete"] == false);
  const json rest =
      json::parse(shell.corral({"do", "list", "Counter", "--page", "--cursor", page["cursor"]}).out);
  CHECK(rest["list_complete"] == true);
  CHECK(rest["objects"].size() == 1);
  CHECK(rest["objects"][0]["id"] != page["objects"][0]["id"]);
  const json info = json::parse(shell.corral({"do", "info", "Counter", "850e"}).out);
  CHECK(info["id"] == alpha);
  CHECK(info["tables"].size() == 1);
  CHECK(info["tables"][0]["rows"] == 2);
  CHECK(shell.corral({"do", "id", "Counter", "alpha"}).out == alpha + "\n");
  CHECK(shell.script("sqlite3 \"$(corral do path Counter --name alpha)\" 'SELECT sum(a) FROM t'").out ==
        "3\n");
  CHECK(shell.on_terminal({"do", "list", "Counter"}).screen.find("alpha") != std::string::npos);
  CHECK(shell.on_terminal({"do", "info", "Counter", "850e"}).screen.find("2 rows") != std::string::npos);
}

TEST_CASE("SQL runs on one object as d1 execute does, and on all") {
  Shell shell;
  fill_objects(shell);
  const json one = json::parse(shell
                                   .corral({"do", "sql", "Counter", "--name", "alpha", "--command",
                                            "SELECT a FROM t WHERE a > ?", "--param", "1"})
                                   .out);
  CHECK(one[0]["results"] == json::parse(R"([{"a":2}])"));
  CHECK(one[0]["success"] == true);
  CHECK(
      shell.corral({"do", "sql", "Counter", "--name", "alpha", "--command", "SELECT * FROM _cf_KV"}).status ==
      1);
  CHECK(shell.corral({"do", "sql", "Counter", "--name", "nobody", "--command", "SELECT 1"}).status == 1);
  const ProcessResult all = shell.corral(
      {"do", "sql", "Counter", "--all", "--command", "SELECT count(*) AS n FROM t", "--format", "csv"});
  CHECK(all.out == "object,n\nalpha,2\n");
  CHECK(all.err.find("1 of 2 objects") != std::string::npos);
  CHECK(shell
            .corral(
                {"do", "sql", "Counter", "--all", "--command", "CREATE TABLE u(x); INSERT INTO u VALUES(1)"})
            .status == 0);
  const json sums =
      json::parse(shell.corral({"do", "sql", "Counter", "--all", "--command", "SELECT x FROM u"}).out);
  REQUIRE(sums.size() == 1);
  CHECK(sums[0]["results"].size() == 2);
  CHECK(shell.corral({"do", "sql", "Counter", "--all", "--command", "SELECT * FROM nowhere"}).status == 1);
  const ProcessResult failed =
      shell.corral({"do", "sql", "Counter", "--all", "--command", "CREATE TABLE t(b)"});
  CHECK(failed.status == 1);
  CHECK(failed.err.find("alpha") != std::string::npos);
  CHECK(shell.corral({"do", "sql", "Counter", "--all", "--name", "alpha", "--command", "SELECT 1"}).status ==
        1);
}

TEST_CASE("an object is exported, copied and deleted") {
  Shell shell;
  fill_objects(shell);
  const json exported = json::parse(shell.corral({"do", "export", "Counter", "--name", "alpha"}).out);
  CHECK(exported["id"] == alpha);
  CHECK(exported["storage"] == json::parse(R"({"n":1})"));
  CHECK(exported["tables"]["t"]["rows"] == json::parse(R"([{"a":1},{"a":2}])"));
  const ProcessResult sql = shell.corral({"do", "export", "Counter", "--name", "alpha", "--format", "sql"});
  CHECK(sql.out.find("INSERT INTO \"t\"") != std::string::npos);
  CHECK(sql.out.find("miniflare") == std::string::npos);
  CHECK(sql.err.find("1 stored key") != std::string::npos);
  CHECK(shell.corral({"do", "copy", "Counter", "--name", "alpha", "--to-name", "gamma"}).status == 0);
  CHECK(shell.corral({"do", "storage", "get", "Counter", "--name", "gamma", "n"}).out == "1\n");
  CHECK(json::parse(shell.corral({"do", "info", "Counter", "--name", "gamma"}).out)["name"] == "gamma");
  CHECK(shell.corral({"do", "copy", "Counter", "--name", "alpha", "--to-name", "beta"}).status == 1);
  CHECK(shell.corral({"do", "storage", "get", "Counter", "--name", "beta", "n"}).out == "2\n");
  CHECK(shell.corral({"do", "copy", "Counter", "--name", "alpha", "--to-name", "alpha"}).status == 1);
  CHECK(
      shell
          .corral({"do", "copy", "Counter", "--name", "alpha", "--to-name", "alpha", "--to-class", "FOREIGN"})
          .status == 0);
  CHECK(json::parse(shell.corral({"do", "list", "Room"}).out).size() == 1);
  const ProcessResult asked = shell.corral({"do", "delete", "Counter", "--name", "alpha"});
  CHECK(asked.status == 1);
  CHECK(asked.err.find("--force") != std::string::npos);
  CHECK(shell.corral({"do", "delete", "Counter", "--name", "alpha", "--force"}).status == 0);
  CHECK(shell.corral({"do", "info", "Counter", "--name", "alpha"}).status == 1);
  CHECK(shell.script("find .wrangler -name '" + alpha + "*' | wc -l").out == "0\n");
}

TEST_CASE("alarms are set for a date or in a while, shown and taken back") {
  Shell shell;
  fill_objects(shell);
  const auto alarm = [&] {
    return json::parse(shell.corral({"do", "alarm", "get", "Counter", "--name", "alpha"}).out);
  };
  CHECK(alarm()["alarm"] == nullptr);
  CHECK(shell.corral({"do", "alarm", "set", "Counter", "--name", "alpha", "2030-01-31T12:00:00Z"}).status ==
        0);
  CHECK(alarm()["alarm"] == "2030-01-31T12:00:00.000Z");
  CHECK(alarm()["scheduled_time"] == 1896091200000);
  CHECK(shell.corral({"do", "alarm", "set", "Counter", alpha, "1896091200001"}).status == 0);
  CHECK(alarm()["scheduled_time"] == 1896091200001);
  CHECK(shell.corral({"do", "alarm", "set", "Counter", "--name", "alpha", "--in", "30m"}).status == 0);
  CHECK(shell.corral({"do", "alarm", "set", "Counter", "--name", "alpha", "soon"}).status == 1);
  CHECK(shell.corral({"do", "alarm", "set", "Counter", "--name", "alpha"}).status == 1);
  CHECK(shell.corral({"do", "alarm", "delete", "Counter", "--name", "alpha"}).status == 0);
  CHECK(alarm()["alarm"] == nullptr);
  CHECK(shell.corral({"do", "alarm", "delete", "Counter", "--name", "alpha"}).status == 0);
}

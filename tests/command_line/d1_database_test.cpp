// `corral d1 create|list|info|delete|restore|path|explain|import|insights` as a shell sees them.
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;
using nlohmann::json;

namespace {

std::string value(Shell& shell, const std::string& database, const std::string& sql) {
  return shell.corral({"d1", "execute", database, "--command", sql, "--format", "raw"}).out;
}

}  // namespace

TEST_CASE("d1: made in an empty folder, used at once by name and id") {
  Shell shell;
  ProcessResult result = shell.corral({"d1", "create", "my-db"});
  CHECK(result.status == 0);
  const json binding = json::parse(result.out)["d1_databases"][0];
  CHECK(binding["binding"] == "my_db");
  CHECK(binding["database_name"] == "my-db");
  const std::string id = binding["database_id"];
  CHECK(id.size() == 36);
  CHECK(id[14] == '4');
  CHECK(shell.corral({"d1", "execute", "my-db", "--command", "create table t(a)"}).status == 0);
  CHECK(value(shell, id, "select count(*) from t") == "0\n");
  result = shell.corral({"d1", "create", "my-db"});
  CHECK(result.status == 1);
  CHECK(result.err.find("already") != std::string::npos);
  for (const std::string& name :
       {std::string(), std::string("a\nb"), std::string(129, 'x'), std::string("\xff")}) {
    CHECK(shell.corral({"d1", "create", name}).status == 1);
  }
  CHECK(shell.corral({"d1", "create", "x", "--location", "mars"}).status == 1);
  CHECK(shell
            .corral({"d1", "create", "eu", "--location", "weur", "--jurisdiction", "eu", "--use-remote",
                     "--binding", "B"})
            .status == 0);
}

TEST_CASE("d1: the config's names, bindings and ids, and --update-config") {
  Shell shell;
  shell.write("wrangler.jsonc", R"({ // mine
  "d1_databases": [
    { "binding": "DB", "database_name": "shop", "database_id": "abc123" },
    { "binding": "P", "database_name": "pre", "database_id": "one", "preview_database_id": "two" },
    { "binding": "ONLY" }
  ]
})");
  CHECK(shell.corral({"d1", "execute", "shop", "--command", "create table t(a)"}).status == 0);
  for (const char* const name : {"shop", "DB", "abc123"})
    CHECK(value(shell, name, "select count(*) from t") == "0\n");
  CHECK(shell.corral({"d1", "path", "DB"})
            .out.find("27464c850a84dbd4a666ea9cc54f7c5a7dac0cc11cbbd32c16573ed30597b7ad.sqlite\n") !=
        std::string::npos);
  CHECK(shell.corral({"d1", "path", "P"}).out == shell.corral({"d1", "path", "two"}).out);
  CHECK(shell.corral({"d1", "path", "ONLY"}).status == 0);
  ProcessResult result = shell.corral({"d1", "execute", "SHOP", "--command", "select 1"});
  CHECK(result.status == 1);
  CHECK(result.err ==
        "corral: no D1 database \"SHOP\" in wrangler.jsonc; there are: shop, pre, ONLY\nmake it with 'corral "
        "d1 create SHOP'\n");
  CHECK(shell.corral({"d1", "create", "logs", "--update-config"}).status == 0);
  const std::string config = shell.read("wrangler.jsonc");
  CHECK(config.find("// mine") != std::string::npos);
  CHECK(config.find("\"database_name\": \"logs\"") != std::string::npos);
  const json list = json::parse(shell.corral({"d1", "list"}).out);
  CHECK(list.size() == 4);
  CHECK(list[3]["name"] == "logs");
  CHECK(list[3]["binding"] == "logs");
  CHECK(list[3]["created_at"].get<std::string>().back() == 'Z');
  shell.write("wrangler.jsonc", R"({"d1_databases": [{"database_name": "x"}]})");
  result = shell.corral({"d1", "list"});
  CHECK(result.status == 1);
  CHECK(result.err.find("d1_databases[0]") != std::string::npos);
}

TEST_CASE("d1 info: tables, rows, pages and migrations") {
  Shell shell;
  shell.corral({"d1", "create", "db"});
  CHECK(json::parse(shell.corral({"d1", "info", "db"}).out)["num_tables"] == 0);
  shell.corral({"d1", "execute", "db", "--command",
                "create table t(a); insert into t values(1),(2); create index i on t(a); create table "
                "d1_migrations(id "
                "integer primary key, name text, applied_at text); insert into d1_migrations(name) "
                "values('0001_a.sql')"});
  shell.write("migrations/0001_a.sql", "");
  shell.write("migrations/0002_b.sql", "");
  const json info = json::parse(shell.corral({"d1", "info", "db", "--json"}).out);
  CHECK(info["name"] == "db");
  CHECK(info["num_tables"] == 2);
  CHECK(info["page_size"] == 4096);
  CHECK(info["database_size"].get<int>() == info["page_count"].get<int>() * 4096);
  CHECK(info["sqlite_version"] == "3.53.3");
  CHECK(info["migrations"]["applied"] == 1);
  CHECK(info["migrations"]["pending"] == 1);
  CHECK(info["schema"][0] == json{{"type", "table"}, {"name", "t"}, {"rows", 2}});
  const ProcessResult shown = shell.on_terminal({"d1", "info", "db"});
  CHECK(shown.screen.find("1 applied, 1 pending") != std::string::npos);
}

TEST_CASE("d1 delete asks, keeps a snapshot, and restore brings it back") {
  Shell shell;
  shell.corral({"d1", "create", "db"});
  shell.corral({"d1", "execute", "db", "--command", "create table t(a); insert into t values(1),(2)"});
  ProcessResult result = shell.corral({"d1", "delete", "db"});
  CHECK(result.status == 1);
  CHECK(result.err.find("1 table and 2 rows") != std::string::npos);
  CHECK(value(shell, "db", "select count(*) from t") == "2\n");
  result = shell.on_terminal({"d1", "delete", "db"}, "n\n");
  CHECK(result.status == 1);
  result = shell.corral({"d1", "delete", "db", "-y"});
  CHECK(result.status == 0);
  CHECK(result.out.empty());
  CHECK(json::parse(shell.corral({"d1", "list"}).out).empty());
  const std::string words = "to have it back: ";
  const std::string commands = result.err.substr(result.err.find(words) + words.size());
  CHECK(shell.script(commands).status == 0);
  CHECK(value(shell, "db", "select count(*) from t") == "2\n");
  // What is replaced is kept too.
  shell.corral({"d1", "execute", "db", "--command", "delete from t"});
  const std::string restore = commands.substr(commands.find("; ") + 2);
  CHECK(shell.script(restore).status == 1);
  result = shell.script(restore.substr(0, restore.size() - 1) + " -y");
  CHECK(result.status == 0);
  CHECK(value(shell, "db", "select count(*) from t") == "2\n");
  const std::string before = "what it held before: ";
  CHECK(shell
            .script(result.err.substr(result.err.find(before) + before.size(),
                                      result.err.size() - before.size() - result.err.find(before) - 1) +
                    " -y")
            .status == 0);
  CHECK(value(shell, "db", "select count(*) from t") == "0\n");
  CHECK(shell.corral({"d1", "delete", "db", "-y", "--no-backup"}).err.find("snapshot") == std::string::npos);
  CHECK(shell.corral({"d1", "delete", "db", "-y"}).status == 1);
}

TEST_CASE("d1 explain shows the plan as a tree") {
  Shell shell;
  shell.corral({"d1", "create", "db"});
  shell.corral({"d1", "execute", "db", "--command", "create table t(id integer primary key, a)"});
  CHECK(shell.corral({"d1", "explain", "db", "select * from t where id = ?"}).out ==
        "QUERY PLAN\n└─ SEARCH t USING INTEGER PRIMARY KEY (rowid=?)\n");
  const json plan =
      json::parse(shell.corral({"d1", "explain", "db", "select * from t order by a", "--json"}).out);
  CHECK(plan["plan"][0]["detail"] == "SCAN t");
  CHECK(shell.corral({"d1", "explain", "db", "select * from nope"}).status == 1);
  CHECK(shell.corral({"d1", "explain", "db", "select 1; select 2"}).status == 1);
}

TEST_CASE("d1 import: CSV and JSON, into a table or a new one, all or nothing") {
  Shell shell;
  shell.corral({"d1", "create", "db"});
  shell.corral(
      {"d1", "execute", "db", "--command",
       "create table u(id integer primary key, name text not null, ok boolean, b blob, z default 'z')"});
  const auto import = [&](std::vector<std::string> words, const std::string& input) {
    words.insert(words.begin(), {"d1", "import", "db", "-"});
    return shell.corral(words, input);
  };
  ProcessResult result = import({"--table", "u"}, "id,name,ok,b\n1,\"A, b\",true,X'00ff'\n2,007,false,\n");
  CHECK(result.out == "{\n  \"table\": \"u\",\n  \"rows\": 2,\n  \"changes\": 2\n}\n");
  CHECK(value(shell, "db", "select id, name, typeof(name), ok, hex(b), typeof(b), z from u") ==
        "1\tA, b\ttext\t1\t00FF\tblob\tz\n2\t007\ttext\t0\t\tnull\tz\n");
  for (const std::string& wrong :
       {std::string("id,name\n3,c\n3,d\n"), std::string("id,name\n3,c\n4,\n"), std::string("id,nope\n3,c\n"),
        std::string("id,name\n3\n"), std::string("id,name\n3,c\n4,\"d\n"), std::string(),
        std::string("[{\"id\":3,\"name\":\"c\"},{\"id\":4}]")}) {
    CAPTURE(wrong);
    result = import({"--table", "u"}, wrong);
    CHECK(result.status == 1);
    CHECK(value(shell, "db", "select count(*) from u") == "2\n");
  }
  CHECK(import({"--table", "nope"}, "a\n1\n").err.find("--create") != std::string::npos);
  CHECK(import({"--table", "u", "--on-conflict", "ignore"}, "id,name\n1,x\n3,c\n").status == 0);
  CHECK(import({"--table", "u", "--on-conflict", "replace"}, "id,name\n3,replaced\n").status == 0);
  CHECK(value(shell, "db", "select name from u where id in (1, 3)") == "A, b\nreplaced\n");
  CHECK(import({"--table", "made", "--create"}, "i,r,t,z\n1,1.5,x,\n-2,2,3,\n").status == 0);
  CHECK(value(shell, "db", "select sql from sqlite_schema where name = 'made'") ==
        "CREATE TABLE \"made\" (\"i\" INTEGER, \"r\" REAL, \"t\" TEXT, \"z\" TEXT)\n");
  CHECK(import({"--table", "made", "--create"}, "i\n1\n").status == 1);
  CHECK(import({"--table", "tabs", "--create", "--delimiter", "tab"}, "a\tb\n1\t2\n").status == 0);
  CHECK(import({"--table", "j", "--create"}, "{\"a\":1,\"b\":[1,255]}\n{\"a\":null,\"c\":{\"d\":true}}\n")
            .status == 0);
  CHECK(value(shell, "db", "select a, hex(b), c from j") == "1\t01FF\t\n\t\t{\"d\":true}\n");
  // What an execute prints goes back in.
  CHECK(shell
            .script("for f in csv ndjson; do corral d1 execute db --command 'select id, name, b from u' "
                    "--format $f | "
                    "corral d1 import db - --table copy_$f --create > /dev/null; corral d1 execute db "
                    "--format raw --command "
                    "\"select id, name, hex(b) from u except select id, name, hex(b) from copy_$f\"; done")
            .out == "1\tA, b\t00FF\n");
}

TEST_CASE("d1 insights: what ran, unless it is switched off") {
  Shell shell;
  shell.corral({"d1", "create", "db"});
  shell.corral({"d1", "execute", "db", "--command", "create table t(a); insert into t values(1),(2)"});
  for (const char* const number : {"1", "2", "3"}) {
    shell.corral(
        {"d1", "execute", "db", "--command", std::string("select * from t where a > ") + number + " -- c"});
  }
  const json rows = json::parse(shell.corral({"d1", "insights", "db", "--sort-by", "count"}).out);
  CHECK(rows[0]["query"] == "select * from t where a > ?");
  CHECK(rows[0]["numberOfTimesRun"] == 3);
  CHECK(rows[0]["totalRowsRead"] == 6);
  CHECK(rows[0]["avgRowsRead"] == 2);
  CHECK(rows[0]["queryEfficiency"].get<double>() == doctest::Approx(1.0 / 6));
  CHECK(rows[0]["totalDurationMs"].get<double>() > 0);
  const json writes =
      json::parse(shell.corral({"d1", "insights", "--sort-by", "writes", "--limit", "1"}).out);
  CHECK(writes.size() == 1);
  CHECK(writes[0]["query"] == "create table t(a)");
  const json ascending =
      json::parse(shell
                      .corral({"d1", "insights", "db", "--sort-by", "count", "--sort-direction", "ASC",
                               "--sort-type", "avg", "--time-period", "2h"})
                      .out);
  CHECK(ascending.back()["numberOfTimesRun"] == 3);
  CHECK(shell.corral({"d1", "insights", "db", "--time-period", "soon"}).status == 1);
  shell.script("CORRAL_NO_INSIGHTS=1 corral d1 execute db --command 'select 42 as quiet'");
  CHECK(shell.corral({"d1", "insights", "db", "--limit", "100"}).out.find("quiet") == std::string::npos);
  CHECK(shell.script("CORRAL_NO_INSIGHTS=1 corral d1 insights db").status == 1);
}

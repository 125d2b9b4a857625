// `corral d1 create|list|info|delete|restore|path|explain|import|insights` as a shell sees them.
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/shell.hpp"
#include "tests/sqlite_build.hpp"

using corral::testing::has_own_sqlite;
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
  CHECK(info["sqlite_version"] == json::parse(shell.corral({"--version", "--json"}).out)["sqlite"]);
  if (has_own_sqlite) CHECK(info["sqlite_version"] == "3.53.3");
  CHECK(info["migrations"]["applied"] == 1);
  CHECK(info["migrations"]["pending"] == 1);
  CHECK(info["schema"][0] == json{{"type", "table"}, {"name", "t"}, {"rows", 2}});
  const ProcessResult shown = shell.on_terminal({"d1", "info", "db"});
  CHECK(shown.screen.find("1 applied, 1 pending") != std::string::npos);
}

TEST_CASE("d1 delete asks, keeps a bookmark, and time travel brings it back") {
  Shell shell;
  const std::string id = json::parse(
      shell.corral({"d1", "create", "db", "--location", "weur"}).out)["d1_databases"][0]["database_id"];
  json before = json::parse(shell.corral({"d1", "list"}).out);
  shell.write("migrations/0001_t.sql", "create table t(a); insert into t values(1),(2);");
  shell.corral({"d1", "migrations", "apply", "db"});
  ProcessResult result = shell.corral({"d1", "delete", "db"});
  CHECK(result.status == 1);
  CHECK(result.err.find("2 tables and 3 rows") != std::string::npos);
  CHECK(value(shell, "db", "select count(*) from t") == "2\n");
  result = shell.on_terminal({"d1", "delete", "db"}, "n\n");
  CHECK(result.status == 1);
  result = shell.corral({"d1", "delete", "db", "-y"});
  CHECK(result.status == 0);
  CHECK(result.out.empty());
  CHECK(json::parse(shell.corral({"d1", "list"}).out).empty());
  CHECK(shell.corral({"d1", "delete", "db", "-y"}).status == 1);
  const std::string words = "to have it back: ";
  const std::string way_back = result.err.substr(result.err.find(words) + words.size());
  CHECK(way_back.starts_with("corral d1 time-travel restore 'db' --bookmark="));
  // It is known by its bookmarks alone, and comes back as what it was.
  CHECK(json::parse(shell.corral({"d1", "time-travel", "list", "db"}).out)[0]["before"] == "d1 delete");
  CHECK(shell.script(way_back).status == 0);
  CHECK(value(shell, "db", "select count(*) from t") == "2\n");
  CHECK(value(shell, id, "select count(*) from t") == "2\n");
  json after = json::parse(shell.corral({"d1", "list"}).out);
  CHECK(before[0]["file_size"] == 0);
  CHECK(after[0]["file_size"] > 0);
  for (json* const list : {&before, &after}) (*list)[0].erase("file_size");
  CHECK(after == before);
  CHECK(json::parse(shell.corral({"d1", "migrations", "status", "db"}).out)[0]["sha256"].is_string());
  // Once more, now into a new database of that name, by time, and by the old one's id.
  result = shell.corral({"d1", "delete", "db", "-y"});
  const std::string again = result.err.substr(result.err.find(words) + words.size());
  shell.corral({"d1", "create", "db"});
  shell.corral({"d1", "execute", "db", "--command", "create table u(a)"});
  CHECK(shell.script(again).status == 1);
  CHECK(shell.script(again.substr(0, again.size() - 1) + " -y").status == 0);
  CHECK(value(shell, "db", "select count(*) from t") == "2\n");
  CHECK(value(shell, id, "select 1").empty());
  const std::string mark = again.substr(again.rfind('=') + 1, again.size() - again.rfind('=') - 2);
  result = shell.corral({"d1", "time-travel", "restore", id, "--bookmark", mark});
  CHECK(result.status == 1);
  CHECK(result.err.find("another D1 database is named") != std::string::npos);
  CHECK(shell.corral({"d1", "delete", "db", "-y", "--no-backup"}).err.find("have it back") ==
        std::string::npos);
  CHECK(shell.corral({"d1", "time-travel", "restore", id, "--bookmark", mark}).status == 0);
  CHECK(value(shell, "db", "select count(*) from t") == "2\n");
  CHECK(shell.corral({"d1", "time-travel", "restore", "nope", "--bookmark", mark}).status == 1);
}

TEST_CASE("d1 delete of a database of the config, and what it says if bookmarks are off") {
  Shell shell;
  shell.write("wrangler.json",
              R"({"d1_databases":[{"binding":"DB","database_name":"shop","database_id":"s"}]})");
  shell.corral({"d1", "execute", "DB", "--command", "create table t(a); insert into t values(1)"});
  ProcessResult result = shell.corral({"d1", "delete", "shop", "-y"});
  const std::string words = "to have it back: ";
  CHECK(shell.script(result.err.substr(result.err.find(words) + words.size())).status == 0);
  CHECK(value(shell, "DB", "select a from t") == "1\n");
  shell.script("sqlite3 other.sqlite 'create table o(a)'");
  result = shell.script("CORRAL_TIME_TRAVEL=off corral d1 restore shop other.sqlite -y");
  CHECK(result.err.find("cannot be undone") != std::string::npos);
  result = shell.script("CORRAL_TIME_TRAVEL=off corral d1 delete shop -y");
  CHECK(result.status == 0);
  CHECK(result.err.find("cannot be undone") != std::string::npos);
  CHECK(result.err.find(words) == std::string::npos);
}

TEST_CASE("d1 restore FILE says how to have back what it replaced") {
  Shell shell;
  shell.corral({"d1", "create", "db"});
  shell.corral({"d1", "execute", "db", "--command", "create table t(a); insert into t values(1)"});
  shell.script("sqlite3 other.sqlite 'create table o(a)'");
  CHECK(shell.corral({"d1", "restore", "db", "other.sqlite"}).status == 1);
  const ProcessResult result = shell.corral({"d1", "restore", "db", "other.sqlite", "-y"});
  CHECK(result.status == 0);
  CHECK(value(shell, "db", "select count(*) from o") == "0\n");
  const std::string before = "what it held before: ";
  const std::string way_back = result.err.substr(result.err.find(before) + before.size());
  CHECK(shell.script(way_back.substr(0, way_back.size() - 1) + " -y").status == 0);
  CHECK(value(shell, "db", "select a from t") == "1\n");
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

TEST_CASE("d1 import: delimiters, headers and encodings are recognised or refused with the reason") {
  Shell shell;
  shell.corral({"d1", "create", "db"});
  int tables = 0;
  const auto import = [&](const std::string& text, std::vector<std::string> more = {}) {
    shell.write("data.csv", text);
    std::vector<std::string> words = {
        "d1", "import", "db", "data.csv", "--create", "--table", "t" + std::to_string(++tables)};
    words.insert(words.end(), more.begin(), more.end());
    return shell.corral(words);
  };
  const auto rows = [&] { return value(shell, "db", "select * from t" + std::to_string(tables)); };
  for (const char* const separator : {";", "\t", "|", ","}) {
    CAPTURE(separator);
    CHECK(import(std::string("a") + separator + "b\n1" + separator + "x\n").status == 0);
    CHECK(rows() == "1\tx\n");
  }
  CHECK(import("a;b\n1;2\n", {"--delimiter", ","}).status == 0);
  CHECK(rows() == "1;2\n");
  CHECK(import("a,,c\n1,2,3\n").err.find("column 2 has no name in the header: a,,c") != std::string::npos);
  CHECK(import("a,b,a\n1,2,3\n").err.find("\"a\" is there twice in the header: a,b,a") != std::string::npos);
  const std::string utf16(
      "\xFF\xFE"
      "a\0,\0b\0\n\0\xE9\0,\0x\0\n\0",
      18);
  CHECK(import(utf16).status == 0);
  CHECK(rows() == "\xC3\xA9\tx\n");
  CHECK(import(utf16.substr(2)).status == 0);
  CHECK(rows() == "\xC3\xA9\tx\n");
  CHECK(import(utf16.substr(2), {"--encoding", "utf-16"}).status == 0);
  CHECK(import("\xEF\xBB\xBF\"a\",b\n1,2\n").status == 0);
  CHECK(value(shell, "db", "select \"a\" from t" + std::to_string(tables)) == "1\n");
  const ProcessResult latin = import("a,b\n1,2\n3,caf\xE9\n");
  CHECK(latin.status == 1);
  CHECK(latin.err.find("data.csv is not UTF-8: line 3, column 6 has the byte 0xE9") != std::string::npos);
  CHECK(latin.err.find("--encoding latin1") != std::string::npos);
  CHECK(import("a,b\n3,caf\xE9 \x80\n", {"--encoding", "latin1"}).status == 0);
  CHECK(rows() == "3\tcaf\xC3\xA9 \xE2\x82\xAC\n");
  CHECK(import("[{\"a\":\"\xE9\"}]", {"--format", "json", "--encoding", "windows-1252"}).status == 0);
  CHECK(rows() == "\xC3\xA9\n");
  CHECK(import("a\n", {"--encoding", "ebcdic"}).status == 1);
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
  if (has_own_sqlite) {
    CHECK(rows[0]["totalRowsRead"] == 6);
    CHECK(rows[0]["avgRowsRead"] == 2);
    CHECK(rows[0]["queryEfficiency"].get<double>() == doctest::Approx(1.0 / 6));
  }
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

// `corral d1 execute` as a shell sees it: exit status, exact stdout, stderr, files.
#include <cstdio>
#include <fstream>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/shell.hpp"
#include "tests/sqlite_build.hpp"

using corral::testing::has_own_sqlite;
using corral::testing::peak_below;
using corral::testing::ProcessResult;
using corral::testing::Shell;
using Words = std::vector<std::string>;

namespace {

/// A folder with a database "db" that was created here.
class ExecuteProject : public Shell {
 public:
  ExecuteProject() { REQUIRE(corral({"d1", "create", "db"}).status == 0); }

  ProcessResult execute(Words more, const std::string& input = {}) {
    more.insert(more.begin(), {"d1", "execute", "db"});
    return corral(std::move(more), input);
  }
  std::string value(const std::string& sql) { return execute({"--command", sql, "--format", "raw"}).out; }
};

/// stdout with the durations, which differ, as 0.
std::string without_durations(std::string text) {
  const std::string field = "\"duration\": ";
  for (std::size_t at = text.find(field); at != std::string::npos; at = text.find(field, at + field.size())) {
    const std::size_t start = at + field.size();
    text.replace(start, text.find_first_not_of("0123456789.e-", start) - start, "0");
  }
  return text;
}

}  // namespace

TEST_CASE("d1 execute: wrangler's JSON byte for byte, in a pipe and with --json") {
  ExecuteProject project;
  const std::string sql =
      "select 1 as a, 2.5 as b, null as c, 'x' as d, x'0102' as e, x'' as f, 9007199254740993 as g, 1e21 as "
      "h, 9e999 as i, "
      "100.0 as j, 'é\"\\' || char(10) || char(8232) || char(1) as k, 0.1 + 0.2 as l, 1e-7 as m; select 1 "
      "where 0; "
      "create table t(a); insert into t values(7) returning a, a, 'last' as a";
  const std::string expected = R"json([
  {
    "results": [
      {
        "a": 1,
        "b": 2.5,
        "c": null,
        "d": "x",
        "e": "[1, 2]",
        "f": "[]",
        "g": 9007199254740992,
        "h": 1e+21,
        "i": null,
        "j": 100,
        "k": "é\"\\\n)json"
                               "\u2028"
                               R"json(\u0001",
        "l": 0.30000000000000004,
        "m": 1e-7
      }
    ],
    "success": true,
    "meta": {
      "duration": 0
    }
  },
  {
    "results": [],
    "success": true,
    "meta": {
      "duration": 0
    }
  },
  {
    "results": [],
    "success": true,
    "meta": {
      "duration": 0
    }
  },
  {
    "results": [
      {
        "a": "last"
      }
    ],
    "success": true,
    "meta": {
      "duration": 0
    }
  }
]
)json";
  const ProcessResult result = project.execute({"--command", sql});
  CHECK(result.status == 0);
  CHECK(result.err.empty());
  CHECK(without_durations(result.out) == expected);
  CHECK(without_durations(project.execute({"--json", "--command", "drop table t; " + sql}).out).size() >
        expected.size());
  // As a JavaScript object has them: names that are array indexes first, in order.
  CHECK(project.execute({"--command", "select 5, 'x' as b, 3, 1 as \"01\"", "--format", "ndjson"}).out ==
        "{\"3\":3,\"5\":5,\"b\":\"x\",\"01\":1}\n");
}

TEST_CASE("d1 execute: an error is exit 1, with --json as data, and nothing half done") {
  ExecuteProject project;
  ProcessResult result =
      project.execute({"--command", "create table t(a unique); insert into t values(1); selec 1"});
  CHECK(result.status == 1);
  CHECK(result.out.empty());
  CHECK(result.err ==
        "corral: near \"selec\": syntax error at offset 0: SQLITE_ERROR\n  statement 3, line 1, column 52: "
        "selec 1\n");
  CHECK(project.value("select count(*) from sqlite_schema") == "0\n");
  result = project.execute({"--json", "--command", "select 1;\nselect nope"});
  CHECK(result.status == 1);
  CHECK(result.err.empty());
  const nlohmann::json error = nlohmann::json::parse(result.out)["error"];
  CHECK(error["text"] == "no such column: nope at offset 7: SQLITE_ERROR");
  CHECK(error["statement"] == 2);
  CHECK(error["line"] == 2);
  CHECK(error["column"] == 8);
  CHECK(error["sql"] == "select nope");
  CHECK(result.out.front() == '{');
  result = project.corral({"d1", "execute", "nope", "--json", "--command", "select 1"});
  CHECK(result.status == 1);
  CHECK(nlohmann::json::parse(result.out)["error"]["text"] ==
        "no D1 database \"nope\" was created here; there are: db");
  result = project.execute({"--command", "attach 'x' as y"});
  CHECK(result.err.find("not authorized: SQLITE_AUTH") != std::string::npos);
  CHECK(result.err.find("d1 export") != std::string::npos);
}

TEST_CASE("d1 execute: wrong usage") {
  ExecuteProject project;
  project.write("empty.sql", "-- nothing\n");
  project.write("sqlite.sql", std::string("SQLite format 3\0 and more", 25));
  for (const Words& words : std::vector<Words>{{},
                                               {"--command", "select 1", "--file", "empty.sql"},
                                               {"--command", ""},
                                               {"--file", "empty.sql"},
                                               {"--file", "none.sql"},
                                               {"--file", "sqlite.sql"},
                                               {"--file", "."},
                                               {"--command", "select 1", "--format", "xml"},
                                               {"--command", "select 1", "--remote"},
                                               {"--command", "select ?"},
                                               {"--command", "select 1", "--param", "1"},
                                               {"--command", "select :a", "--param", "b=1"},
                                               {"--command", "select ?; select ?", "--param", "1"},
                                               {"--command", "begin; select 1"},
                                               {"--command", "rollback"}}) {
    const ProcessResult result = project.execute(words);
    const std::string last = words.empty() ? "" : words.back();
    CAPTURE(last);
    CAPTURE(result.err);
    CHECK(result.status == 1);
    CHECK(result.out.empty());
    CHECK(result.err.rfind("corral: ", 0) == 0);
  }
  CHECK(project.corral({"d1", "execute"}).status == 1);
  CHECK(project.value("-- a comment first\nselect 1") == "1\n");
  CHECK(project.value("begin; select 1; commit") == "1\n");
}

TEST_CASE("d1 execute: every format") {
  ExecuteProject project;
  const std::string sql =
      "select 1 as id, 'a,\"b' as name, null as n, x'00ff' as x, '' as e; select 9007199254740993 as id, 1.0 "
      "as r";
  const auto format = [&](const char* name) {
    return project.execute({"--command", sql, "--format", name}).out;
  };
  CHECK(format("csv") == "id,name,n,x,e\n1,\"a,\"\"b\",,X'00ff',\"\"\n\nid,r\n9007199254740993,1.0\n");
  CHECK(format("ndjson") ==
        "{\"id\":1,\"name\":\"a,\\\"b\",\"n\":null,\"x\":[0,255],\"e\":\"\"}\n{\"id\":9007199254740993,\"r\":"
        "1}\n");
  CHECK(format("raw") == std::string("1\ta,\"b\t\t\0\xff\t\n9007199254740993\t1.0\n", 33));
  CHECK(format("table") ==
        "id  name  n     x        e\n 1  a,\"b  NULL  X'00ff'\n\n              id    r\n9007199254740993  "
        "1.0\n");
  const ProcessResult meta =
      project.execute({"--meta", "--command", "create table t(a primary key); insert into t values(1),(2)"});
  const nlohmann::json insert = nlohmann::json::parse(meta.out)[1]["meta"];
  CHECK(insert["changes"] == 2);
  CHECK(insert["last_row_id"] == 2);
  CHECK(insert["rows_written"] == (has_own_sqlite ? 4 : 0));
  CHECK(insert["rows_read"] == 0);
}

TEST_CASE("d1 execute: a terminal gets tables") {
  ExecuteProject project;
  project.execute(
      {"--command", "create table t(id integer, name); insert into t values(1, '日本'), (22, null)"});
  ProcessResult result = project.on_terminal({"d1", "execute", "db", "--command", "select * from t"});
  CHECK(result.screen.find("id  name\x1b[0m\r\n 1  日本\r\n22  NULL\r\n2 rows\r\n") != std::string::npos);
  result = project.on_terminal(
      {"d1", "execute", "db", "--command", "select '" + std::string(200, 'x') + "' as wide, 1 as n"});
  CHECK(result.screen.find("xxx…  1\r\n") != std::string::npos);
  result = project.on_terminal(
      {"d1", "execute", "db", "--command", "select 1 a, 2 b, 3 c, 4 d, 5 e, 6 f, 7 g, 8 h, 9 i"});
  CHECK(result.screen.find("a\x1b[0m  1\r\n\x1b[1mb\x1b[0m  2\r\n") != std::string::npos);
  result = project.on_terminal({"d1", "execute", "db", "--command", "insert into t values(3, 'x')"});
  CHECK(result.screen.find("1 statement done, 1 row changed") != std::string::npos);
  // Stored text must not steer the terminal.
  result = project.on_terminal(
      {"d1", "execute", "db", "--command", "select char(27) || '[2J' as x", "--format", "raw"});
  CHECK(result.screen.find("\x1b[2J") == std::string::npos);
}

TEST_CASE("d1 execute: parameters") {
  ExecuteProject project;
  const auto raw = [&](Words words) {
    words.insert(words.begin(), {"--format", "raw"});
    const ProcessResult result = project.execute(std::move(words));
    CAPTURE(result.err);
    CHECK(result.status == 0);
    return result.out;
  };
  CHECK(raw({"--command", "select ?, typeof(?2), ?", "--param", "1", "--param", "x=y", "--param", "2.5"}) ==
        "1\ttext\t2.5\n");
  CHECK(raw({"--command", "select ?, ?, ?", "--param", "1", "--param-text", "2", "--param", "3"}) ==
        "1\t2\t3\n");
  CHECK(raw({"--command", "select typeof(?), typeof(?), typeof(?)", "--param", "1", "--param-text", "2",
             "--param", "null"}) == "integer\ttext\tnull\n");
  CHECK(raw({"--command", "select :a || @b || $c", "--param", "a=1", "--param", "b=two", "--param",
             "$c=3=4"}) == "1two3=4\n");
  CHECK(raw({"--command", "select :a; select :a + :b", "--param", "a=1", "--param", "b=2"}) == "1\n3\n");
  CHECK(raw({"--command", "select typeof(:id)", "--param-text", "id=007"}) == "text\n");
  CHECK(raw({"--command", "select ?", "--param-text", "@ada"}) == "@ada\n");
  CHECK(raw({"--command", "select ?", "--param", "Robert'); DROP TABLE students;--"}) ==
        "Robert'); DROP TABLE students;--\n");
  project.write("logo.png", std::string("\x89PNG\0\n", 6));
  CHECK(raw({"--command", "select typeof(?1), hex(?1)", "--param", "@logo.png"}) == "blob\t89504E47000A\n");
  const ProcessResult missing = project.execute({"--command", "select ?", "--param", "@nobody"});
  CHECK(missing.status == 1);
  CHECK(missing.err.find("--param-text '@nobody'") != std::string::npos);
}

TEST_CASE("d1 execute: --params-json runs one statement many times") {
  ExecuteProject project;
  project.execute({"--command", "create table t(id integer primary key, name)"});
  const Words insert = {"--command", "insert into t values(?, ?)", "--params-json", "-", "--meta"};
  ProcessResult result = project.execute(insert, R"([[1,"a"],[2,null],[3,{"x":[1]}]])");
  CHECK(result.status == 0);
  CHECK(nlohmann::json::parse(result.out).size() == 1);
  CHECK(nlohmann::json::parse(result.out)[0]["meta"]["changes"] == 3);
  CHECK(project.value("select * from t") == "1\ta\n2\t\n3\t{\"x\":[1]}\n");
  // All or nothing, and the element is named.
  result = project.execute(insert, R"([[4,"d"],[5]])");
  CHECK(result.status == 1);
  CHECK(result.err.find("element 1") != std::string::npos);
  result = project.execute(insert, R"([[4,"d"],[1,"again"]])");
  CHECK(result.status == 1);
  CHECK(project.value("select count(*) from t") == "3\n");
  project.write("values.json", R"({"id": 3, "unused": 1})");
  CHECK(project
            .execute({"--command", "select name from t where id = :id", "--params-json", "values.json",
                      "--format", "raw"})
            .out == "{\"x\":[1]}\n");
  CHECK(
      project.execute({"--command", "select ? + ?", "--params-json", "-", "--format", "raw"}, "[1, 2]").out ==
      "3\n");
  CHECK(project
            .execute({"--command", "insert into t values(:id, :n) returning id", "--params-json", "-",
                      "--format", "raw"},
                     R"([{"id":7,"n":"g"},{"id":8,"n":"h"}])")
            .out == "7\n8\n");
  CHECK(project.execute(insert, "[]").status == 1);
  CHECK(project.execute(insert, "{").status == 1);
  CHECK(project.execute(insert, "5").status == 1);
}

TEST_CASE("d1 execute: files, standard input and dumps load as they are") {
  ExecuteProject project;
  project.write("s.sql",
                "CREATE TABLE a(x);\nINSERT INTO a VALUES('one; two');\nINSERT INTO a VALUES('last')");
  CHECK(project.execute({"--file", "s.sql"}).status == 0);
  CHECK(project.value("select x from a") == "one; two\nlast\n");
  CHECK(project.execute({"--file", "-"}, "DELETE FROM a; INSERT INTO a VALUES(1);").status == 0);
  CHECK(project.value("select x from a") == "1\n");
  // What sqlite3 makes of a schema with children before parents, triggers, and every type.
  const ProcessResult dumped = project.script(
      "sqlite3 old.sqlite \"PRAGMA foreign_keys=OFF; CREATE TABLE child(p REFERENCES parent(id)); CREATE "
      "TABLE parent(id "
      "INTEGER PRIMARY KEY, t, b); INSERT INTO parent VALUES(1, 'a' || char(10) || 'b', x'00ff'); INSERT "
      "INTO child VALUES(1);"
      " CREATE TRIGGER tr AFTER INSERT ON parent BEGIN UPDATE parent SET t = CASE WHEN 1 THEN 'x;y' END "
      "WHERE 0; DELETE FROM "
      "child WHERE 0; END; CREATE VIEW v AS SELECT * FROM child; CREATE INDEX i ON parent(t);\" && "
      "sqlite3 old.sqlite .dump > dump.sql && corral d1 execute db --file dump.sql > /dev/null && "
      "corral d1 execute db --format raw --command \"select id, hex(t), hex(b), (select p from child) from "
      "parent\"");
  CHECK(dumped.err.empty());
  CHECK(dumped.out == "1\t610A62\t00FF\t1\n");
  const ProcessResult failed =
      project.execute({"--file", "-"}, "CREATE TABLE b(x UNIQUE);\nINSERT INTO b VALUES(1),\n (1);\n");
  CHECK(failed.status == 1);
  CHECK(failed.err.find("statement 2, line 2, column 1") != std::string::npos);
  CHECK(project.value("select count(*) from sqlite_schema where name = 'b'") == "0\n");
}

TEST_CASE("d1 execute: large scripts and results need little memory") {
  ExecuteProject project;
  {
    std::ofstream file(project.folder() / "large.sql");
    file << "CREATE TABLE big(id INTEGER PRIMARY KEY, t);\n";
    const std::string text(900, 'x');
    for (int i = 0; i < 100'000; ++i) file << "INSERT INTO big VALUES(" << i << ",'" << text << "');\n";
  }
  ProcessResult result = project.execute({"--file", "large.sql", "--format", "raw"});
  CHECK(result.status == 0);
  CHECK(peak_below(result, 64));
  for (const char* const format : {"ndjson", "csv"}) {
    result = project.script(
        std::string("corral d1 execute db --command 'with recursive c(x) as (select 1 union all select "
                    "x + 1 from c where x < 1000000) select x, x || \"\" from c' --format ") +
        format + " | wc -l");
    CHECK(std::stoi(result.out) == 1'000'000 + (std::string(format) == "csv" ? 1 : 0));
  }
  const std::string many =
      "with recursive c(x) as (select 1 union all select x + 1 from c where x < 300000) select x, 'some "
      "text' t from c";
  result = project.execute({"--command", many, "--format", "ndjson"});
  CHECK(peak_below(result, 32));
  result = project.execute({"--command", many});
  CHECK(peak_below(result, 48));
  // A reader that closes the pipe ends it quietly.
  CHECK(project.script("corral d1 execute db --command \"" + many + "\" --format csv | head -n 2").out ==
        "x,t\n1,some text\n");
}

TEST_CASE("d1 execute: --unrestricted says so and lifts the rules") {
  ExecuteProject project;
  const ProcessResult result = project.execute({"--command", "pragma user_version = 5", "--unrestricted"});
  CHECK(result.status == 0);
  CHECK(result.err.find("--unrestricted") != std::string::npos);
  CHECK(project.execute({"--command", "pragma user_version", "--unrestricted", "--format", "raw"}).out ==
        "5\n");
  CHECK(project.execute({"--command", "vacuum", "--unrestricted"}).status == 0);
  CHECK(project.execute({"--command", "vacuum"}).status == 1);
}

TEST_CASE("d1 execute: --timing on stderr, Ctrl-C undoes") {
  ExecuteProject project;
  const ProcessResult timed =
      project.execute({"--command", "select 1; select 2", "--timing", "--format", "raw"});
  CHECK(timed.out == "1\n2\n");
  CHECK(timed.err.find("statement 2: ") != std::string::npos);
  CHECK(timed.err.find("all: ") != std::string::npos);
  const ProcessResult stopped = project.script(
      "corral d1 execute db --command 'create table t(a); with recursive c(x) as (select 1 union all select "
      "x + 1 from c) "
      "insert into t select x from c' & "
      // The log grows once the rows of the open transaction do not fit into memory.
      "log=.wrangler/state/v3/d1/*/*.sqlite-wal; "
      "until [ \"$(cat $log 2>/dev/null | head -c 100000 | wc -c)\" = 100000 ]; do sleep 0.01; done; "
      "kill -INT $!; wait $!");
  CHECK(stopped.status == 130);
  CHECK(project.value("select count(*) from sqlite_schema") == "0\n");
}

// Exports: the bytes, and that they load again.
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "backends/sql_text/script.hpp"
#include "tests/backends/sql_backends.hpp"
#include "tests/failure.hpp"

using namespace corral;
using corral::testing::CollectedResults;
using corral::testing::kind_of_failure;
using corral::testing::sql_implementations;
using corral::testing::SqlFixture;

namespace {

/// Loads a dump into a new database under the dialect, as `d1 execute --file` does.
void load(const SqlFixture& fixture, const std::string& id, const std::string& dump) {
  const auto database = fixture.backend->open(id, {.create = true});
  MemorySource source(dump);
  sql::StatementReader statements(source, "the dump", 1'000'000);
  sql::Script script(statements, "the dump");
  CollectedResults results;
  database->run({.statements = script}, results);
}

std::string dump_of(const SqlFixture& fixture, const std::string& id) {
  return fixture.dump(*fixture.backend->open(id, {.unrestricted = true}));
}

}  // namespace

TEST_CASE("dump: D1's format byte for byte, with the numbers right") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run(
        "create table wr(a text primary key, b) without rowid; insert into wr values('k',1);"
        "CREATE TABLE gen(a int, b int generated always as (a*2) stored, c as (a+1) virtual); insert into "
        "gen(a) values(3);"
        "create table \"we ird\"(\"col umn\" text, \"q\"\"uote\" x); insert into \"we ird\" values('a','b');"
        "create table 'sing''le'(a); create table `back`(a);"
        "create table auto(id integer primary key autoincrement, t text); insert into auto(t) "
        "values('quo''te'),('l' || char(10));"
        "create table vals(v); insert into vals values(x'0aFF'),(1.0),(-0.0),(9007199254740993),(null),('');"
        "create unique index ui on auto(t); create view v2 as select * from vals; create view v1 as select * "
        "from v2;"
        "create trigger tr after insert on vals begin select 1; end;"
        "create trigger iv instead of insert on v1 begin select 1; end;");
    const std::string expected =
        "PRAGMA defer_foreign_keys=TRUE;\n"
        "CREATE TABLE wr(a text primary key, b) without rowid;\n"
        "INSERT INTO \"wr\" (\"a\",\"b\") VALUES('k',1);\n"
        "CREATE TABLE gen(a int, b int generated always as (a*2) stored, c as (a+1) virtual);\n"
        "INSERT INTO \"gen\" (\"a\") VALUES(3);\n"
        "CREATE TABLE IF NOT EXISTS \"we ird\"(\"col umn\" text, \"q\"\"uote\" x);\n"
        "INSERT INTO \"we ird\" (\"col umn\",\"q\"\"uote\") VALUES('a','b');\n"
        "CREATE TABLE IF NOT EXISTS 'sing''le'(a);\n"
        "CREATE TABLE `back`(a);\n"
        "CREATE TABLE auto(id integer primary key autoincrement, t text);\n"
        "INSERT INTO \"auto\" (\"id\",\"t\") VALUES(1,'quo''te');\n"
        "INSERT INTO \"auto\" (\"id\",\"t\") VALUES(2,replace('l\\n','\\n',char(10)));\n"
        "CREATE TABLE vals(v);\n"
        "INSERT INTO \"vals\" (\"v\") VALUES(X'0aff');\n"
        "INSERT INTO \"vals\" (\"v\") VALUES(1.0);\n"
        "INSERT INTO \"vals\" (\"v\") VALUES(-0.0);\n"
        "INSERT INTO \"vals\" (\"v\") VALUES(9007199254740993);\n"
        "INSERT INTO \"vals\" (\"v\") VALUES(NULL);\n"
        "INSERT INTO \"vals\" (\"v\") VALUES('');\n"
        "DELETE FROM sqlite_sequence;\n"
        "INSERT INTO \"sqlite_sequence\" (\"name\",\"seq\") VALUES('auto',2);\n"
        "CREATE UNIQUE INDEX ui on auto(t);\n"
        "CREATE TRIGGER tr after insert on vals begin select 1; end;\n"
        "CREATE VIEW v2 as select * from vals;\n"
        "CREATE VIEW v1 as select * from v2;\n"
        "CREATE TRIGGER iv instead of insert on v1 begin select 1; end;";
    CHECK(fixture.dump(*fixture.database) == expected);
    load(fixture, "copy", expected);
    CHECK(dump_of(fixture, "copy") == expected);
  }
}

TEST_CASE("dump: FTS5, vocabularies and R*Trees load again with their rows") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run(
        "CREATE VIRTUAL TABLE ext USING fts5(body, content=doc, content_rowid=id);"
        "CREATE TABLE doc(id INTEGER PRIMARY KEY, body); INSERT INTO doc VALUES(1,'hello world'),(2,'bye');"
        "INSERT INTO ext(ext) VALUES('rebuild');"
        "CREATE VIRTUAL TABLE own USING fts5(title, body, tokenize='porter'); INSERT INTO "
        "own(rowid,title,body) VALUES(5,'a','running'),(9,'it''s','x');"
        "INSERT INTO own(own, rank) VALUES('rank', 'bm25(10.0)');"
        "CREATE VIRTUAL TABLE words USING fts5vocab(own, 'row');"
        "CREATE VIRTUAL TABLE rt USING rtree(id, x0, x1, +note); INSERT INTO rt VALUES(1, 2.5, 3.5, 'n');"
        "CREATE VIRTUAL TABLE ri USING rtree_i32(id, x0, x1); INSERT INTO ri VALUES(7, -2, 3);"
        "CREATE VIRTUAL TABLE none USING fts5(t, content='');");
    std::vector<std::string> warnings;
    SqlDumpOptions options;
    options.warn = [&](const std::string& sentence) { warnings.push_back(sentence); };
    const std::string dump = fixture.dump(*fixture.database, options);
    CHECK(warnings.size() == 1);
    CHECK(warnings[0].find("none") != std::string::npos);
    load(fixture, "copy", dump);
    const auto copy = fixture.backend->open("copy", {});
    const auto rows = [&](std::string_view sql) { return fixture.run(*copy, sql).rows(); };
    using Rows = std::vector<std::string>;
    CHECK(rows("SELECT rowid FROM own WHERE own MATCH 'run'") == Rows{"5"});
    CHECK(rows("SELECT rowid, title FROM own") == Rows{"5|a", "9|it's"});
    CHECK(rows("SELECT rowid FROM ext WHERE ext MATCH 'hello'") == Rows{"1"});
    CHECK(rows("SELECT term FROM words WHERE term = 'run'") == Rows{"run"});
    CHECK(rows("SELECT * FROM rt") == Rows{"1|2.5|3.5|n"});
    CHECK(rows("SELECT * FROM ri") == Rows{"7|-2|3"});
    CHECK(rows("SELECT v FROM own_config WHERE k = 'rank'") == Rows{"bm25(10.0)"});
    SqlDumpOptions quiet;
    quiet.warn = [](const std::string&) {};
    CHECK(fixture.dump(*copy, quiet) == dump);
  }
}

TEST_CASE("dump: tables come behind those they refer to, and circles load too") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run(
        "PRAGMA defer_foreign_keys=ON; CREATE TABLE c(b REFERENCES B(id)); CREATE TABLE b(id PRIMARY KEY, a "
        "REFERENCES a(id));"
        "CREATE TABLE self(id PRIMARY KEY, up REFERENCES self(id)); CREATE TABLE a(id PRIMARY KEY); INSERT "
        "INTO a VALUES(1);"
        "INSERT INTO b VALUES(2, 1); INSERT INTO c VALUES(2); INSERT INTO self VALUES(1, 2), (2, 1)");
    const std::string dump = fixture.dump(*fixture.database);
    CHECK(dump.find("INTO \"a\"") < dump.find("TABLE b("));
    CHECK(dump.find("INTO \"b\"") < dump.find("TABLE c("));
    load(fixture, "copy", dump);
    CHECK(fixture.rows("SELECT count(*) FROM c") == std::vector<std::string>{"1"});
    fixture.run(
        "PRAGMA defer_foreign_keys=ON; CREATE TABLE x(id PRIMARY KEY, y REFERENCES y(id)); CREATE TABLE y(id "
        "PRIMARY KEY, x "
        "REFERENCES x(id)); INSERT INTO x VALUES(1, 2); INSERT INTO y VALUES(2, 1)");
    const std::string circle = fixture.dump(*fixture.database);
    CHECK(circle.find("TABLE y(") < circle.find("INSERT"));
    load(fixture, "copy2", circle);
    CHECK(dump_of(fixture, "copy2").size() == circle.size());
  }
}

TEST_CASE("dump: tables that refer to each other come in one order, whatever was made or loaded first") {
  const std::string a = "CREATE TABLE a(id PRIMARY KEY, b REFERENCES b(id));";
  const std::string b = "CREATE TABLE B(id PRIMARY KEY, c REFERENCES c(id), p REFERENCES parent(id));";
  const std::string c = "CREATE TABLE c(id PRIMARY KEY, a REFERENCES a(id));";
  const std::string parent = "CREATE TABLE parent(id PRIMARY KEY);";
  const std::string child = "CREATE TABLE child(a REFERENCES a(id));";
  const std::string rows =
      "PRAGMA defer_foreign_keys=ON; INSERT INTO a VALUES(1, 1); INSERT INTO b VALUES(1, 1, 1); INSERT INTO "
      "c "
      "VALUES(1, 1); INSERT INTO parent VALUES(1); INSERT INTO child VALUES(1)";
  for (const auto& implementation : sql_implementations()) {
    std::set<std::string> dumps;
    for (const std::string& tables : {a + b + c + child + parent, c + b + a + child + parent,
                                      b + child + a + c + parent, child + c + a + b + parent}) {
      const SqlFixture fixture(implementation);
      fixture.run(tables + rows);
      const std::string dump = fixture.dump(*fixture.database);
      dumps.insert(dump);
      std::string before = dump;
      for (const char* const copy : {"one", "two", "three"}) {
        load(fixture, copy, before);
        const std::string again = dump_of(fixture, copy);
        CHECK(again == dump);
        before = again;
      }
    }
    CHECK(dumps.size() == 1);
    CHECK(dumps.begin()->find("parent(id") < dumps.begin()->find("TABLE a("));
    CHECK(dumps.begin()->find("TABLE a(") < dumps.begin()->find("TABLE B("));
    CHECK(dumps.begin()->find("TABLE B(") < dumps.begin()->find("TABLE c("));
    CHECK(dumps.begin()->find("TABLE c(") < dumps.begin()->find("TABLE child("));
  }
}

TEST_CASE("dump: text that CAST made, and that is not UTF-8, reads back the same") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run("CREATE TABLE t(a); INSERT INTO t VALUES(CAST(x'63e9' AS TEXT)), ('\xC3\xA9')");
    const std::string dump = fixture.dump(*fixture.database);
    CHECK(dump.find("CAST(X'63e9' AS TEXT)") != std::string::npos);
    CHECK(dump.find("'\xC3\xA9'") != std::string::npos);
    load(fixture, "copy", dump);
    CHECK(dump_of(fixture, "copy") == dump);
  }
}

TEST_CASE("dump: parts of a database") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run(
        "CREATE TABLE a(x); CREATE TABLE b(y); CREATE INDEX i ON b(y); INSERT INTO a VALUES(1); INSERT INTO "
        "b VALUES(2)");
    const auto dump = [&](SqlDumpOptions options) { return fixture.dump(*fixture.database, options); };
    CHECK(dump({.data = false}) ==
          "PRAGMA defer_foreign_keys=TRUE;\nCREATE TABLE a(x);\nCREATE TABLE b(y);\nCREATE INDEX i ON b(y);");
    CHECK(dump({.schema = false}) ==
          "PRAGMA defer_foreign_keys=TRUE;\nINSERT INTO \"a\" (\"x\") VALUES(1);\nINSERT INTO \"b\" (\"y\") "
          "VALUES(2);");
    CHECK(dump({.tables = {"b"}}) ==
          "PRAGMA defer_foreign_keys=TRUE;\nCREATE TABLE b(y);\nINSERT INTO \"b\" "
          "(\"y\") VALUES(2);\nCREATE INDEX i ON b(y);");
    CHECK(kind_of_failure([&] { dump({.tables = {"b", "c"}}); }) == ErrorKind::not_found);
  }
}

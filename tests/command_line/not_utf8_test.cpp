// Text that is not UTF-8 must not reach a database, whichever way it comes.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;

namespace {

struct Latin1Project {
  Shell shell;

  Latin1Project() {
    shell.write("wrangler.json",
                R"({"name":"w","d1_databases":[{"binding":"DB","database_name":"db","database_id":"d"}],
      "durable_objects":{"bindings":[{"name":"C","class_name":"C"}]},"migrations":[{"tag":"1","new_sqlite_classes":["C"]}]})");
    shell.corral({"d1", "execute", "db", "--command", "CREATE TABLE t(a)"});
    shell.corral({"do", "storage", "put", "C", "--name", "x", "first", "1"});
    shell.write("bad.sql", "INSERT INTO t VALUES(1);\nINSERT INTO t VALUES('caf\xE9');\n");
    shell.write("seeds/01.sql", "INSERT INTO t VALUES(1);\nINSERT INTO t VALUES('caf\xE9');\n");
    shell.write("migrations/0001_a.sql", "INSERT INTO t VALUES(1);\nINSERT INTO t VALUES('caf\xE9');\n");
    shell.write("bad.csv", "a\ncaf\xE9\n");
    shell.write("bad.json", "[{\"a\":1},\n {\"a\":\"caf\xE9\"}]");
    shell.write("bad.ndjson", "{\"a\":1}\n{\"a\":\"caf\xE9\"}\n");
    shell.write("params.json", "[\n\"caf\xE9\"]");
  }
};

}  // namespace

TEST_CASE("text that is not UTF-8 is refused at every way into D1 and Durable Objects, with its place") {
  Latin1Project one;
  struct Case {
    const char* command;
    const char* place;
  };
  const std::string sql = "d1 execute db --command \"INSERT INTO t VALUES(?)\" ";
  const Case cases[] = {
      {"corral d1 execute db --file bad.sql", "bad.sql is not UTF-8: line 2, column 26"},
      {"corral d1 execute db --file - < bad.sql", "standard input is not UTF-8: line 2, column 26"},
      {"corral d1 execute db --unrestricted --file bad.sql", "bad.sql is not UTF-8: line 2, column 26"},
      {"corral d1 execute db --command \"$(cat bad.sql)\"", "--command is not UTF-8: line 2, column 26"},
      {"corral d1 execute db --command 'INSERT INTO t VALUES(?)' --param \"$(printf 'caf\\351')\"",
       "--param is not UTF-8: line 1, column 4"},
      {"corral d1 execute db --command 'INSERT INTO t VALUES(:a)' --param \"$(printf 'a=caf\\351')\"",
       "--param is not UTF-8"},
      {"corral d1 execute db --command 'INSERT INTO t VALUES(?)' --param \"$(printf 'x@caf\\351')\"",
       "is not UTF-8"},
      {"corral d1 execute db --command 'INSERT INTO t VALUES(?)' --param-text \"$(printf 'caf\\351')\"",
       "--param-text is not UTF-8: line 1, column 4"},
      {"corral d1 execute db --command 'INSERT INTO t VALUES(?)' --params-json params.json",
       "params.json is not UTF-8: line 2, column 5"},
      {"corral d1 execute db --command 'INSERT INTO t VALUES(?)' --params-json - < params.json",
       "standard input is not UTF-8: line 2, column 5"},
      {"corral d1 import db bad.csv --table t", "bad.csv is not UTF-8: line 2, column 4"},
      {"corral d1 import db - --table t < bad.csv", "standard input is not UTF-8: line 2, column 4"},
      {"corral d1 import db bad.json --table t", "bad.json is not UTF-8: line 2, column 11"},
      {"corral d1 import db bad.ndjson --table t", "bad.ndjson is not UTF-8: line 2, column 10"},
      {"corral d1 import db params.json --create --table \"$(printf 'caf\\351')\"", "--table is not UTF-8"},
      {"corral d1 migrations apply db", "0001_a.sql is not UTF-8: line 2, column 26"},
      {"corral d1 migrations seed db", "seeds/01.sql is not UTF-8: line 2, column 26"},
      {"corral d1 shell db < bad.sql", "standard input is not UTF-8: line 2, column 26"},
      {"corral d1 explain db \"$(cat bad.sql)\"", "is not UTF-8: line 2, column 26"},
      {"corral do sql C --name x --file bad.sql", "bad.sql is not UTF-8: line 2, column 26"},
      {"corral do sql C --name x --command \"$(cat bad.sql)\"", "--command is not UTF-8"},
      {"corral do storage put C --name x k --text \"$(printf 'caf\\351')\"",
       "the value is not UTF-8: line 1, column 4"},
      {"corral do storage put C --name x k --text --path bad.csv", "bad.csv is not UTF-8: line 2, column 4"},
      {"corral do storage put C --name x k --path - < bad.json",
       "standard input is not UTF-8: line 2, column 11"},
      {"corral do storage put C --name x \"$(printf 'caf\\351')\" 1", "the key is not UTF-8"},
      {"corral do storage put C --name \"$(printf 'caf\\351')\" k 1", "the object's name is not UTF-8"},
  };
  for (const Case& entry : cases) {
    CAPTURE(entry.command);
    const ProcessResult result = one.shell.script(entry.command);
    CHECK(result.status == 1);
    const bool says_where = result.err.find(entry.place) != std::string::npos;
    CAPTURE(result.err);
    CHECK(says_where);
  }
  CHECK(one.shell.corral({"d1", "execute", "db", "--command", "SELECT count(*) FROM t", "--format", "raw"})
            .out == "0\n");
}

TEST_CASE("what CAST makes of bytes is SQL's own business, as with wrangler, and an export of it is UTF-8") {
  Latin1Project one;
  CHECK(one.shell.corral({"d1", "execute", "db", "--command", "INSERT INTO t VALUES(CAST(x'ff41' AS TEXT))"})
            .status == 0);
  REQUIRE(one.shell.corral({"d1", "export", "db", "--output", "out.sql"}).status == 0);
  CHECK(one.shell.corral({"d1", "execute", "db", "--command", "DROP TABLE t"}).status == 0);
  CHECK(one.shell.corral({"d1", "execute", "db", "--file", "out.sql"}).status == 0);
  CHECK(
      one.shell.corral({"d1", "execute", "db", "--command", "SELECT hex(a) FROM t", "--format", "raw"}).out ==
      "FF41\n");
}

TEST_CASE("dumps of other products fail with one hint that says so, and those of new sqlite3 load") {
  Latin1Project one;
  one.shell.write("mysql.sql",
                  "-- MySQL dump 10.13\n/*!40101 SET NAMES utf8mb4 */;\nDROP TABLE IF EXISTS `u`;\nCREATE "
                  "TABLE `u` (\n  `id` "
                  "int NOT NULL AUTO_INCREMENT,\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\n");
  one.shell.write("postgres.sql", "--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\n");
  one.shell.write("sqlite.sql",
                  "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE n(a);\nINSERT INTO n "
                  "VALUES(unistr('a\\u000ab'));\nCOMMIT;\n");
  const auto count = [](const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
  };
  CHECK(count(one.shell.corral({"d1", "execute", "db", "--file", "mysql.sql"}).err, "MySQL") == 1);
  CHECK(count(one.shell.corral({"d1", "execute", "db", "--file", "postgres.sql"}).err, "PostgreSQL") == 1);
  CHECK(one.shell.corral({"d1", "execute", "db", "--file", "sqlite.sql"}).status == 0);
  CHECK(
      one.shell.corral({"d1", "execute", "db", "--command", "SELECT hex(a) FROM n", "--format", "raw"}).out ==
      "610A62\n");
}

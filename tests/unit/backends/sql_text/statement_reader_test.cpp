#include "backends/sql_text/statement_reader.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/failure.hpp"
#include "tests/pieces.hpp"

using namespace corral;
using corral::testing::kind_of_failure;
using corral::testing::Pieces;

namespace {

std::vector<std::string> split_script(std::string_view script, std::size_t step = 65'536) {
  Pieces source(script, step);
  sql::StatementReader reader(source, "script", 1000);
  std::vector<std::string> statements;
  sql::ScriptStatement statement;
  while (reader.next(statement)) statements.emplace_back(statement.text);
  return statements;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("statements end at a semicolon that is not within anything") {
  struct Case {
    const char* script;
    Texts statements;
  };
  const Case cases[] = {
      {"", {}},
      {" ; ;; -- nothing\n /* here ; */ ;", {}},
      {"SELECT 1", {"SELECT 1"}},
      {"SELECT 1;SELECT 2;", {"SELECT 1", "SELECT 2"}},
      {"SELECT ';'; SELECT \"a;b\"; SELECT `c;d`; SELECT [e;f]",
       {"SELECT ';'", "SELECT \"a;b\"", "SELECT `c;d`", "SELECT [e;f]"}},
      {"SELECT 'it''s; fine'; SELECT \"q\"\";\"", {"SELECT 'it''s; fine'", "SELECT \"q\"\";\""}},
      {"-- a; b\nSELECT 1 -- c;\n; /* d; */ SELECT 2 /* ; */ ;", {"SELECT 1", "SELECT 2"}},
      {"SELECT 1 /* no end ; SELECT 2", {"SELECT 1"}},
      {"SELECT 'no end ; SELECT 2", {"SELECT 'no end ; SELECT 2"}},
      {"SELECT 4/*;*/2; SELECT 4-2; SELECT 4 - -2; SELECT 4/2",
       {"SELECT 4/*;*/2", "SELECT 4-2", "SELECT 4 - -2", "SELECT 4/2"}},
      {"SELECT $a::b(c;d); SELECT :x; SELECT ?1; SELECT @y; SELECT #z",
       {"SELECT $a::b(c;d)", "SELECT :x", "SELECT ?1", "SELECT @y", "SELECT #z"}},
      {"SELECT a$b;SELECT é;", {"SELECT a$b", "SELECT é"}},
      {"\xEF\xBB\xBFSELECT 1;", {"SELECT 1"}},
      {"CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT 2; END; SELECT 3",
       {"CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT 2; END", "SELECT 3"}},
      {"create temp trigger t after insert on a begin select case when 1 then 2 end; end; select 3;",
       {"create temp trigger t after insert on a begin select case when 1 then 2 end; end", "select 3"}},
      {"CREATE /* x */ TEMPORARY -- y\n TRIGGER t BEGIN SELECT ';END;'; /* ;END; */ END ; SELECT 1",
       {"CREATE /* x */ TEMPORARY -- y\n TRIGGER t BEGIN SELECT ';END;'; /* ;END; */ END", "SELECT 1"}},
      {"EXPLAIN CREATE TRIGGER t BEGIN SELECT 1; END; SELECT 2",
       {"EXPLAIN CREATE TRIGGER t BEGIN SELECT 1; END", "SELECT 2"}},
      {"EXPLAIN QUERY PLAN SELECT 1; SELECT 2", {"EXPLAIN QUERY PLAN SELECT 1", "SELECT 2"}},
      {"CREATE TABLE trigger_log(a); CREATE TABLE \"trigger\"(a); SELECT 1",
       {"CREATE TABLE trigger_log(a)", "CREATE TABLE \"trigger\"(a)", "SELECT 1"}},
      {"BEGIN; SELECT 1; END; SELECT 2", {"BEGIN", "SELECT 1", "END", "SELECT 2"}},
      {"SELECT CASE WHEN 1 THEN 2 END; SELECT 3", {"SELECT CASE WHEN 1 THEN 2 END", "SELECT 3"}},
  };
  for (const Case& one : cases) {
    CAPTURE(one.script);
    for (const std::size_t step : {65'536U, 1U, 2U, 3U, 7U})
      CHECK(split_script(one.script, step) == one.statements);
  }
}

TEST_CASE("a statement knows its number, line, column and end") {
  const std::string script = "SELECT 1;\n\n  -- comment\n  SELECT 'é\nü' , 2;;\n/* x */ SELECT 3";
  for (const std::size_t step : {65'536U, 1U, 5U}) {
    Pieces source(script, step);
    sql::StatementReader reader(source, "script", 1000);
    sql::ScriptStatement statement;
    REQUIRE(reader.next(statement));
    CHECK(statement.place.number == 1);
    CHECK(statement.place.line == 1);
    CHECK(statement.place.column == 1);
    CHECK(statement.has_end);
    REQUIRE(reader.next(statement));
    CHECK(statement.place.number == 2);
    CHECK(statement.place.line == 4);
    CHECK(statement.place.column == 3);
    const sql::StatementPlace two =
        sql::place_within(statement.place, statement.text, statement.text.find('2'));
    CHECK(two.line == 5);
    CHECK(two.column == 6);
    REQUIRE(reader.next(statement));
    CHECK(statement.place.number == 3);
    CHECK(statement.place.line == 6);
    CHECK(statement.place.column == 9);
    CHECK_FALSE(statement.has_end);
    CHECK_FALSE(reader.next(statement));
    CHECK(reader.bytes_read() == script.size());
  }
}

TEST_CASE("what cannot be a statement is refused where it stands") {
  const std::string long_one = "SELECT 1; SELECT '" + std::string(2000, 'x') + "'";
  CHECK(kind_of_failure([&] { split_script(long_one); }) == ErrorKind::limit);
  CHECK(kind_of_failure([&] { split_script(long_one, 10); }) == ErrorKind::limit);
  CHECK(kind_of_failure([&] { split_script("/*" + std::string(5000, 'x'), 10); }) == ErrorKind::limit);
  CHECK(split_script("SELECT '" + std::string(991, 'x') + "';  " + std::string(500, ' '), 10).size() == 1);
  using namespace std::string_view_literals;
  for (const std::string_view script :
       {"SELECT 1;\0"sv, "SELECT '\0'"sv, "SELECT 1 -- \0\n"sv, "/* \0 */"sv}) {
    for (const std::size_t step : {65'536U, 1U}) {
      CHECK(kind_of_failure([&] { split_script(script, step); }) == ErrorKind::invalid_input);
    }
  }
}

// D1's limits, each from both sides (docs/reference/d1.md; the largest value as wrangler 4.164.0 has it).
#include <string>

#include <doctest/doctest.h>

#include "tests/backends/sql_backends.hpp"

using namespace corral;
using corral::testing::sql_implementations;
using corral::testing::SqlFixture;

namespace {

std::string repeated(const std::string& piece, int count, const std::string& between) {
  std::string text;
  for (int i = 0; i < count; ++i) text += (i == 0 ? "" : between) + piece;
  return text;
}

/// Runs what is just within a limit and what is just beyond.
void check_border(const SqlFixture& fixture, const std::string& within, const std::string& beyond,
                  const std::string& words) {
  CAPTURE(within.substr(0, 100));
  CHECK(fixture.failure(within).text.empty());
  const SqlError::Details details = fixture.failure(beyond);
  CHECK(details.text == words);
  CHECK_FALSE(details.hint.empty());
}

}  // namespace

TEST_CASE("limits: text of a statement, 100,000 bytes") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    const auto select = [](std::size_t bytes) { return "SELECT '" + std::string(bytes - 9, 'x') + "'"; };
    check_border(fixture, select(100'000), select(100'001), "statement too long: SQLITE_TOOBIG");
    CHECK(fixture.failure(select(100'001)).kind == ErrorKind::limit);
  }
}

TEST_CASE("limits: 100 columns, of a table and of a result") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    const auto table = [](int columns) {
      std::string sql;
      for (int i = 0; i < columns; ++i) sql += (i == 0 ? "CREATE TABLE c(c" : ", c") + std::to_string(i);
      return sql + ")";
    };
    check_border(fixture, table(100) + "; DROP TABLE c", table(101), "too many columns on c: SQLITE_ERROR");
    const auto select = [](int columns) { return "SELECT " + repeated("1", columns, ", "); };
    check_border(fixture, select(100), select(101), "too many columns in result set: SQLITE_ERROR");
  }
}

TEST_CASE("limits: expressions 100 deep, 5 SELECTs in a compound, 127 arguments") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    check_border(fixture, "SELECT " + repeated("1", 100, "+"), "SELECT " + repeated("1", 101, "+"),
                 "Expression tree is too large (maximum depth 100): SQLITE_ERROR");
    check_border(fixture, repeated("SELECT 1", 5, " UNION ALL "), repeated("SELECT 1", 6, " UNION ALL "),
                 "too many terms in compound SELECT: SQLITE_ERROR");
    CHECK(fixture.rows("VALUES " + repeated("(1)", 20, ", ")).size() == 20);
    check_border(fixture, "SELECT max(" + repeated("1", 127, ",") + ")",
                 "SELECT max(" + repeated("1", 128, ",") + ")",
                 "too many arguments on function max at offset 7: SQLITE_ERROR");
  }
}

TEST_CASE("limits: 100 parameters") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    // Without values the statement fails later, as misuse and not as SQL.
    CHECK_THROWS_WITH_AS(fixture.run("SELECT ?100"), doctest::Contains("has 100 parameters"), Error);
    CHECK(fixture.failure("SELECT ?101").text ==
          "variable number must be between ?1 and ?100 at offset 7: SQLITE_ERROR");
    CHECK_THROWS_WITH_AS(fixture.run("SELECT coalesce(" + repeated("?", 100, ",") + ")"),
                         doctest::Contains("has 100 parameters"), Error);
    CHECK(fixture.failure("SELECT coalesce(" + repeated("?", 101, ",") + ")").text ==
          "too many SQL variables at offset 216: SQLITE_ERROR");
  }
}

TEST_CASE("limits: patterns of 50 bytes, triggers 10 deep") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    for (const std::string operation : {"LIKE", "GLOB"}) {
      const auto match = [&](std::size_t bytes) {
        return std::string("SELECT 'a' ") + operation + " '" + std::string(bytes, 'a') + "'";
      };
      check_border(fixture, match(50), match(51), "LIKE or GLOB pattern too complex: SQLITE_ERROR");
    }
    fixture.run(
        "CREATE TABLE r(n); CREATE TRIGGER t AFTER INSERT ON r WHEN new.n > 0 BEGIN INSERT INTO r "
        "VALUES(new.n - 1); END");
    const std::string on = "PRAGMA recursive_triggers=ON;";
    check_border(fixture, on + "INSERT INTO r VALUES(9)", on + "INSERT INTO r VALUES(10)",
                 "triggers nested too deep: SQLITE_ERROR");
  }
}

TEST_CASE("limits: the largest value and row") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run("CREATE TABLE big(a)");
    const std::string words = "string or blob too big: SQLITE_TOOBIG";
    check_border(fixture, "SELECT zeroblob(4194304)", "SELECT zeroblob(8388643)", words);
    check_border(fixture, "SELECT zeroblob(8388642)", "SELECT zeroblob(8388643)", words);
    check_border(fixture, "INSERT INTO big VALUES(zeroblob(8388637))",
                 "INSERT INTO big VALUES(zeroblob(8388638))", words);
    CHECK(fixture.failure("SELECT zeroblob(9000000)").kind == ErrorKind::limit);
  }
}

TEST_CASE("limits: programs of the virtual machine are as long as the text allows, as at wrangler") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run("CREATE TABLE t(a)");
    // An argument costs about three operations: reading the column, calling the function, the jump.
    const auto explain = [](int columns) {
      return "EXPLAIN SELECT " + repeated("coalesce(" + repeated("abs(a)", 126, ",") + ")", columns, ",") +
             " FROM t";
    };
    CHECK(fixture.rows(explain(60)).size() < 25'000);
    CHECK(fixture.rows(explain(95)).size() > 35'000);
  }
}

TEST_CASE("limits: no database can be attached") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    CHECK(fixture.failure("ATTACH ':memory:' AS a").text == "not authorized: SQLITE_AUTH");
  }
}

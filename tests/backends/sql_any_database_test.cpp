// What every SqlDatabase does, those of an account included; sql_database_test.cpp has what local ones do
// besides.
#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/backends/sql_backends.hpp"
#include "tests/failure.hpp"

using namespace corral;
using corral::testing::CollectedResults;
using corral::testing::kind_of_failure;
using corral::testing::sql_implementations;
using corral::testing::SqlFixture;
using Rows = std::vector<std::string>;

namespace {

/// Binds each of several rows of values to the one statement that has parameters.
class GivenRows final : public SqlParameters {
 public:
  explicit GivenRows(std::vector<std::vector<SqlValue>> rows) : rows_(std::move(rows)) {}
  void begin(const sql::ScriptStatement&, const std::vector<std::string>& given) override { names = given; }
  const std::vector<SqlValue>* next() override { return at_ < rows_.size() ? &rows_[at_++] : nullptr; }

  std::vector<std::string> names;

 private:
  std::vector<std::vector<SqlValue>> rows_;
  std::size_t at_ = 0;
};

CollectedResults run_with(SqlDatabase& database, std::string_view sql, GivenRows& rows) {
  MemorySource source(sql);
  sql::StatementReader statements(source, "the test", 1'000'000);
  CollectedResults results;
  database.run({.statements = statements, .parameters = &rows}, results);
  return results;
}

}  // namespace

TEST_CASE("sql any: rows, types and columns come through") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    const CollectedResults results = fixture.run(
        "CREATE TABLE t(a INTEGER PRIMARY KEY, b); INSERT INTO t(b) VALUES('x'), (2.5), (NULL), (x'0102');"
        "SELECT a, b AS \"the b\", typeof(b) FROM t; INSERT INTO t(b) VALUES(7) RETURNING a;");
    CHECK(results.rows() == Rows{"1|x|text", "2|2.5|real", "3|NULL|null", "4|blob:2|blob", "5"});
    CHECK(results.columns()[2] == Rows{"a", "the b", "typeof(b)"});
    CHECK(results.stats()[1].changes == 4);
    CHECK(results.stats()[1].last_row_id == 4);
  }
}

TEST_CASE("sql any: a batch is all or nothing, and errors say what D1 says") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run("CREATE TABLE t(a UNIQUE)");
    const SqlError::Details twice = fixture.failure("INSERT INTO t VALUES(1); INSERT INTO t VALUES(1)");
    CHECK(twice.kind == ErrorKind::conflict);
    CHECK(twice.text.starts_with("UNIQUE constraint failed: t.a"));
    CHECK(fixture.failure("INSERT INTO t VALUES(1); CREATE TABLE u(a); selec").kind ==
          ErrorKind::invalid_input);
    CHECK(fixture.rows("SELECT count(*) FROM t") == Rows{"0"});
    CHECK(fixture.rows("SELECT count(*) FROM sqlite_schema WHERE name = 'u'") == Rows{"0"});
    CHECK(fixture.failure("SELECT * FROM missing").text == "no such table: missing: SQLITE_ERROR");
    CHECK(kind_of_failure([&] { fixture.run("-- nothing"); }) == ErrorKind::invalid_input);
  }
}

TEST_CASE("sql any: values keep their type, and a statement runs for each set of them") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run("CREATE TABLE t(i INTEGER, r REAL, x TEXT, b BLOB, n)");
    GivenRows one({{SqlValue::of_integer(9007199254740993), SqlValue::of_real(0.1),
                    SqlValue::of_text("it's\n?1"), SqlValue::of_blob(std::string("\0\xff", 2)), SqlValue{}}});
    run_with(*fixture.database, "INSERT INTO t VALUES(:i, ?, @x, $b, ?)", one);
    CHECK(one.names == Rows{":i", "", "@x", "$b", ""});
    CHECK(fixture.rows("SELECT CAST(i AS TEXT), r, x, hex(b), typeof(b), n FROM t") ==
          Rows{"9007199254740993|0.1|it's\n?1|00FF|blob|NULL"});
    for (const std::size_t count : {std::size_t{7}, std::size_t{250}}) {
      fixture.run("DELETE FROM t");
      std::vector<std::vector<SqlValue>> rows;
      for (std::size_t i = 0; i < count; ++i) {
        rows.push_back({SqlValue::of_integer(static_cast<std::int64_t>(i)),
                        SqlValue::of_text(std::string(i, 'x') + "';--")});
      }
      GivenRows many(std::move(rows));
      run_with(*fixture.database, "INSERT INTO t(i, x) VALUES(?, ?)", many);
      CHECK(fixture.rows("SELECT count(*), sum(i), sum(length(x)) FROM t") ==
            Rows{std::to_string(count) + "|" + std::to_string(count * (count - 1) / 2) + "|" +
                 std::to_string(count * (count - 1) / 2 + 4 * count)});
    }
  }
}

TEST_CASE("sql any: info has the schema, and a dump loads again") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run(
        "CREATE TABLE t(a INTEGER PRIMARY KEY, b); CREATE INDEX i ON t(b); CREATE VIEW v AS SELECT 1;"
        "INSERT INTO t VALUES(1, 'x;y'), (2, x'00');");
    SqlDumpOptions only_t;
    only_t.tables = {"t"};
    const std::string dump = fixture.dump(*fixture.database, only_t);
    const auto copy = fixture.backend->open("copy", {.create = true});
    fixture.run(*copy, dump);
    CHECK(fixture.run(*copy, "SELECT a, hex(b) FROM t").rows() == Rows{"1|783B79", "2|00"});

    // Only now: an account exports no database that has a virtual table.
    fixture.run("CREATE VIRTUAL TABLE f USING fts5(x)");
    Rows names;
    for (const SqlSchemaItem& item : fixture.database->info(false).schema)
      names.push_back(item.type + " " + item.name);
    std::sort(names.begin(), names.end());
    CHECK(names == Rows{"index i", "table t", "view v", "virtual f"});
  }
}

#include "backends/sql_copy/ordered_rows.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "backends/sql_copy/row_comparison.hpp"
#include "tests/unit/backends/sql_copy/scratch_database.hpp"

using namespace corral;
using namespace corral::sql_copy;
using corral::testing::scratch_database;

namespace {

const std::string all_rows;

std::vector<TableLayout> layouts(SqlDatabase& database) {
  return read_layouts(database, database.info(false).schema);
}

}  // namespace

TEST_CASE("values arrive as they are stored") {
  const auto database = scratch_database(
      {"CREATE TABLE t(v)",
       "INSERT INTO t "
       "VALUES(9223372036854775807),(-9223372036854775808),(1.0),(0.1),(-9e999),(1e-320),('a''b'),"
       "(''),(x'00ff'),(x''),(NULL),('5')"});
  const TableLayout table = layouts(*database).front();
  OrderedRows rows(*database, table, full_order(table), all_rows);
  std::vector<SqlValue> values;
  while (const OrderedRows::Row* row = rows.next()) values.push_back(row->values.front());
  REQUIRE(values.size() == 12);
  CHECK(values[0].integer == std::numeric_limits<std::int64_t>::max());
  CHECK(values[1].integer == std::numeric_limits<std::int64_t>::min());
  CHECK(values[2].type == SqlType::real);
  CHECK(values[3].real == 0.1);
  CHECK(std::isinf(values[4].real));
  CHECK(values[4].real < 0);
  CHECK(values[5].real == 1e-320);
  CHECK(values[6].bytes == "a'b");
  CHECK(values[7].type == SqlType::text);
  CHECK(values[8].bytes == std::string("\0\xff", 2));
  CHECK(values[9].type == SqlType::blob);
  CHECK(values[10].type == SqlType::null);
  CHECK(values[11].type == SqlType::text);
}

TEST_CASE("every row comes once and in order, whatever the key") {
  const auto database = scratch_database(
      {"CREATE TABLE plain(rowid, _rowid_, v)",
       "CREATE TABLE pair(a TEXT COLLATE NOCASE, b, v, PRIMARY KEY(b, a DESC)) WITHOUT ROWID",
       "CREATE TABLE hidden(rowid, _rowid_, oid)", "CREATE VIRTUAL TABLE f USING fts5(t)",
       "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 2500) INSERT INTO "
       "plain(oid, v) SELECT x * 3, x FROM c",
       "INSERT INTO pair SELECT v % 10 || char(65 + v % 50), v / 10, v FROM plain",
       "INSERT INTO f SELECT v FROM plain"});
  const std::vector<TableLayout> tables = layouts(*database);
  for (const char* const name : {"plain", "pair", "f"}) {
    CAPTURE(name);
    const TableLayout* const table = find_table(tables, name);
    REQUIRE(table != nullptr);
    OrderedRows rows(*database, *table, full_order(*table), all_rows);
    std::size_t count = 0;
    std::vector<SqlValue> last;
    while (const OrderedRows::Row* row = rows.next()) {
      ++count;
      std::vector<SqlValue> key{row->rowid};
      for (const std::size_t column : table->primary_key) key.push_back(row->values[column]);
      if (!last.empty()) {
        int order = 0;
        for (std::size_t i = 0; i < key.size() && order == 0; ++i) order = compare_values(last[i], key[i]);
        REQUIRE(order < 0);
      }
      last = key;
    }
    CHECK(count == 2500);
  }
  CHECK(find_table(tables, "plain")->rowid == "oid");
  CHECK(find_table(tables, "f")->is_rowid_key);
  CHECK_THROWS_AS(full_order(*find_table(tables, "hidden")), Error);
}

TEST_CASE("a table may have 98 columns: with the key and the types a result of D1 has 100") {
  std::string columns = "c0";
  std::string values = "'x'";
  for (int i = 1; i < 98; ++i) {
    columns += ", c" + std::to_string(i);
    values += i % 2 == 0 ? ", 'x'" : ", 1";
  }
  const auto database =
      scratch_database({"CREATE TABLE t(" + columns + ")", "INSERT INTO t VALUES(" + values + ")"});
  const TableLayout table = layouts(*database).front();
  OrderedRows rows(*database, table, full_order(table), all_rows);
  const auto* const row = rows.next();
  REQUIRE(row != nullptr);
  REQUIRE(row->values.size() == 98);
  CHECK(row->values[96].bytes == "x");
  CHECK(row->values[97].integer == 1);
  CHECK(rows.next() == nullptr);
}

TEST_CASE("a condition selects rows, and can be no more than a condition") {
  const auto database = scratch_database({"CREATE TABLE t(v)", "INSERT INTO t VALUES(1),(2),(3)"});
  const TableLayout table = layouts(*database).front();
  const std::string condition = "v > 1 -- and more";
  OrderedRows rows(*database, table, full_order(table), condition);
  CHECK(rows.next()->values[0].integer == 2);
  CHECK(rows.next()->values[0].integer == 3);
  CHECK(rows.next() == nullptr);
  CHECK_NOTHROW(check_condition("a = ';' AND (b OR \"c(\")", "it"));
  for (const char* const bad : {"", " -- x", "1; DELETE FROM t", "(1", "1) OR (1", "v = ?", "v = :x"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(check_condition(bad, "it"), Error);
  }
}

TEST_CASE("an INTEGER PRIMARY KEY is told from what only looks like one") {
  const auto database = scratch_database(
      {"CREATE TABLE a(id INTEGER PRIMARY KEY, v)", "CREATE TABLE b(id INTEGER PRIMARY KEY DESC, v)",
       "CREATE TABLE c(id INT PRIMARY KEY)", "CREATE TABLE d(v, g AS (v + 1), id INTEGER, PRIMARY KEY(id))"});
  const std::vector<TableLayout> tables = layouts(*database);
  CHECK(find_table(tables, "a")->is_rowid_key);
  CHECK_FALSE(find_table(tables, "b")->is_rowid_key);
  CHECK_FALSE(find_table(tables, "c")->is_rowid_key);
  CHECK(find_table(tables, "D")->is_rowid_key);
  CHECK(find_table(tables, "d")->columns == std::vector<std::string>{"v", "id"});
}

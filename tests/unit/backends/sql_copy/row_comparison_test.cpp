#include "backends/sql_copy/row_comparison.hpp"

#include <doctest/doctest.h>

#include "tests/unit/backends/sql_copy/scratch_database.hpp"

using namespace corral;
using namespace corral::sql_copy;
using corral::testing::scratch_database;

namespace {

using Statements = std::vector<std::string>;

/// "+3 -5 ~7(v)": added, removed and changed rows by their first value, with the columns that differ.
std::string differences(const std::string& create, const Statements& first, const Statements& second) {
  Statements a{create};
  Statements b{create};
  a.insert(a.end(), first.begin(), first.end());
  b.insert(b.end(), second.begin(), second.end());
  const auto one = scratch_database(a);
  const auto other = scratch_database(b);
  const TableLayout table = read_layouts(*one, one->info(false).schema).front();
  std::string text;
  compare_rows({.first = *one,
                .second = *other,
                .table = table,
                .match = match_of(*one, *other, table),
                .make_scratch = [] { return scratch_database(); }},
               [&](const RowDifference& row) {
                 using Change = StateDifference::Change;
                 const SqlValue& value = (row.first != nullptr ? row.first : row.second)->values.front();
                 if (!text.empty()) text += ' ';
                 text += row.change == Change::added ? '+' : row.change == Change::removed ? '-' : '~';
                 text += value.type == SqlType::integer ? std::to_string(value.integer) : value.bytes;
                 for (const std::size_t column : row.columns) text += '(' + table.columns[column] + ')';
               });
  return text;
}

}  // namespace

TEST_CASE("rows are matched by their key") {
  CHECK(differences("CREATE TABLE t(id INTEGER PRIMARY KEY, v, w)",
                    {"INSERT INTO t VALUES(1,'a',1),(2,'b',2),(4,'d',NULL)"},
                    {"INSERT INTO t VALUES(1,'a',1.0),(2,'B',3),(3,'c',0)"}) == "~2(v)(w) -3 +4");
  CHECK(differences("CREATE TABLE t(k TEXT COLLATE NOCASE PRIMARY KEY, v)",
                    {"INSERT INTO t VALUES('b',1),('A',1),('a2',1)"},
                    {"INSERT INTO t VALUES('A',1),('b',2),('C',1)"}) == "-C +a2 ~b(v)");
  CHECK(differences("CREATE TABLE t(k, l, v, PRIMARY KEY(k, l)) WITHOUT ROWID",
                    {"INSERT INTO t VALUES(1,x'00',1),(1,'a',1),(2.5,1,1)"},
                    {"INSERT INTO t VALUES(1,'a',1),(2.5,1,1)"}) == "+1");
}

TEST_CASE("rows without a key are counted") {
  CHECK(differences("CREATE TABLE t(v, w)",
                    {"INSERT INTO t VALUES(1,1),(2,2),(2,2),(3,NULL)", "DELETE FROM t WHERE v = 1"},
                    {"INSERT INTO t VALUES(3,NULL),(2,2.0)"}) == "+2");
  CHECK(differences("CREATE TABLE t(v)", {"INSERT INTO t VALUES('x')"},
                    {"INSERT INTO t VALUES(x'78'),('y')"}) == "+x -x -y");
  // A primary key that holds NULLs identifies nothing.
  CHECK(differences("CREATE TABLE t(k TEXT PRIMARY KEY, v)", {"INSERT INTO t VALUES(NULL,1),('a',1)"},
                    {"INSERT INTO t VALUES(NULL,1),(NULL,1),('a',2)"}) == "+a - -a");
}

TEST_CASE("numbers compare by value, also beyond what a double holds") {
  const auto integer = [](std::int64_t value) { return SqlValue::of_integer(value); };
  const auto real = [](double value) { return SqlValue::of_real(value); };
  CHECK(compare_values(integer(1), real(1.0)) == 0);
  CHECK(compare_values(integer(9007199254740993), real(9007199254740992.0)) > 0);
  CHECK(compare_values(real(9223372036854775808.0), integer(9223372036854775807)) > 0);
  CHECK(compare_values(real(-1.5), integer(-1)) < 0);
  CHECK(compare_values(real(1.5), integer(1)) > 0);
  CHECK(compare_values(SqlValue{}, integer(0)) < 0);
  CHECK(compare_values(SqlValue::of_text("9"), integer(10)) > 0);
  CHECK(compare_values(SqlValue::of_text("\xff"), SqlValue::of_text("a")) > 0);
  CHECK(compare_values(SqlValue::of_blob(""), SqlValue::of_text("z")) > 0);
}

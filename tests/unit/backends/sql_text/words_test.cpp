#include "backends/sql_text/words.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace corral::sql;

TEST_CASE("which statements only read") {
  for (const char* const sql :
       {"SELECT 1", "select 1", "VALUES (1)", "EXPLAIN DELETE FROM t", "PRAGMA table_list", "",
        "WITH a AS (SELECT 1) SELECT * FROM a", "/* x */ SELECT 1",
        "WITH a AS (SELECT 'x') SELECT replace(x, 'a', 'b') FROM (SELECT 1)",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"}) {
    CAPTURE(sql);
    const bool sure = std::string_view(sql).find("replace(") == std::string_view::npos;
    CHECK(only_reads(sql) == sure);  // in doubt no
  }
  for (const char* const sql :
       {"INSERT INTO t VALUES(1)", "DELETE FROM t", "UPDATE t SET a = 1", "CREATE TABLE t(a)",
        "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", "with a as (select 1) delete from t",
        "REPLACE INTO t VALUES(1)", "DROP TABLE t", "nonsense"}) {
    CAPTURE(sql);
    CHECK_FALSE(only_reads(sql));
  }
}

TEST_CASE("names without their quotes") {
  CHECK(unquoted("abc") == "abc");
  CHECK(unquoted("\"a\"\"b\"") == "a\"b");
  CHECK(unquoted("'a''b'") == "a'b");
  CHECK(unquoted("`a``b`") == "a`b");
  CHECK(unquoted("[a]") == "a");
  CHECK(unquoted("\"") == "\"");
  CHECK(unquoted("\"\"") == "");
}

TEST_CASE("a query without its values") {
  CHECK(without_values("SELECT * FROM t WHERE a = 1.5 AND b='x''y' -- c\n AND c IN (1, -2, x'00', ?3)") ==
        "SELECT * FROM t WHERE a = ? AND b=? AND c IN (?, -?, ?, ?3)");
  CHECK(without_values("INSERT INTO \"t 1\" VALUES(1e5,x'00',.5)") == "INSERT INTO \"t 1\" VALUES(?,?,.?)");
}

TEST_CASE("the first words") {
  using Words = std::vector<std::string_view>;
  CHECK(first_words("/* x */ PRAGMA foreign_keys=OFF", 3) == Words{"PRAGMA", "foreign_keys", "="});
  CHECK(first_words("", 3).empty());
  CHECK(first_words("SELECT", 0).empty());
}

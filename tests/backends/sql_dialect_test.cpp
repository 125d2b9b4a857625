// D1's dialect (docs/reference/d1.md, "The dialect"; messages as wrangler 4.164.0 gives them).
#include <algorithm>
#include <set>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "backends/error.hpp"
#include "tests/backends/sql_backends.hpp"
#include "tests/failure.hpp"
#include "tests/sqlite_build.hpp"

using namespace corral;
using corral::testing::has_own_sqlite;
using corral::testing::kind_of_failure;
using corral::testing::sql_implementations;
using corral::testing::SqlFixture;

namespace {

const std::string allowed_functions =
    " abs changes char coalesce concat concat_ws format glob hex ifnull iif instr last_insert_rowid length "
    "like likelihood "
    "likely lower ltrim max min nullif octet_length printf quote random randomblob replace round rtrim sign "
    "soundex substr "
    "substring total_changes trim typeof unhex unicode unlikely upper zeroblob date time datetime julianday "
    "unixepoch "
    "strftime timediff current_date current_time current_timestamp avg count group_concat string_agg sum "
    "total row_number "
    "rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value acos acosh asin "
    "asinh atan "
    "atan2 atanh ceil cos cosh degrees exp floor ln log log2 mod pi pow radians sin sinh sqrt tan tanh trunc "
    "json jsonb "
    "json_array json_array_length json_extract -> ->> json_insert json_object json_patch json_remove "
    "json_replace json_set "
    "json_type json_valid json_quote json_group_array json_group_object jsonb_array jsonb_extract "
    "jsonb_insert "
    "jsonb_object jsonb_patch jsonb_remove jsonb_replace jsonb_set jsonb_group_array jsonb_group_object "
    "match highlight "
    "bm25 snippet rtreecheck sqlite_rename_column sqlite_rename_table sqlite_rename_test sqlite_drop_column "
    "sqlite_rename_quotefix ";

bool is_allowed(const std::string& function) {
  return allowed_functions.find(" " + function + " ") != std::string::npos;
}

}  // namespace

TEST_CASE("dialect: of all functions that SQLite has, those of D1 and no others") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run("CREATE TABLE t(a)");
    const auto free = fixture.backend->open("db", {.unrestricted = true});
    std::size_t denied = 0;
    std::size_t allowed = 0;
    std::set<std::string> seen;
    const auto functions = fixture.run(*free, "SELECT DISTINCT name, narg, type FROM pragma_function_list");
    for (const std::string& row : functions.rows()) {
      const std::string name = row.substr(0, row.find('|'));
      // Below 0: any number, or any from 2 on.
      const int given = std::stoi(row.substr(row.find('|') + 1));
      const int count = given == -1 ? 1 : given < 0 ? 3 : given;
      if (name.starts_with("sqlite_") || name == "->" || name == "->>" || name == "match") continue;
      seen.insert(name);
      std::string arguments;
      for (int i = 0; i < count; ++i) arguments += i == 0 ? "NULL" : ", NULL";
      const bool window = row.ends_with("|w");
      const std::string sql =
          "SELECT " + name + "(" + arguments + ")" + (window ? " OVER ()" : "") + " FROM t";
      CAPTURE(sql);
      const std::string words = fixture.failure(sql).text;
      if (is_allowed(name)) {
        ++allowed;
        CHECK(words.find("not authorized") == std::string::npos);
      } else if (name != "load_extension") {
        ++denied;
        CHECK(words == "not authorized to use function: " + name + " at offset 7: SQLITE_ERROR");
      }
    }
    CHECK(allowed > (has_own_sqlite ? 140 : 120));
    CHECK(denied > 10);
    for (const std::string call :
         {"sqlite_version()", "unistr('a' || 'b')", "json_pretty('{}')", "ceiling(1)", "power(1, 2)",
          "subtype(1)", "fts5(1)", "if(1, 2)", "fts5_source_id()", "sqlite_source_id()"}) {
      CAPTURE(call);
      if (!has_own_sqlite && !seen.contains(call.substr(0, call.find('(')))) continue;  // it may lack it
      const SqlError::Details details = fixture.failure("SELECT " + call);
      CHECK(details.text == "not authorized to use function: " + call.substr(0, call.find('(')) +
                                " at offset 7: SQLITE_ERROR");
      CHECK(details.kind == ErrorKind::denied);
      CHECK_FALSE(details.hint.empty());
    }
    for (const std::string name :
         {"abs", "json_extract", "row_number", "highlight", "jsonb_set", "soundex"}) {
      CAPTURE(name);
      const bool is_built_in = !has_own_sqlite || seen.contains(name) || std::string(name) == "highlight" ||
                               std::string(name) == "soundex";
      CHECK(is_built_in);
    }
    CHECK(fixture.failure("SELECT SQLITE_VERSION()").kind == ErrorKind::denied);
    CHECK(fixture.rows("SELECT ABS(-1), '[1]' ->> 0") == std::vector<std::string>{"1|1"});
    // Also where a view, a default or an index hides it.
    CHECK(fixture.failure("CREATE VIEW v AS SELECT sqlite_version(); SELECT * FROM v").text ==
          "not authorized to use function: sqlite_version: SQLITE_ERROR");
    CHECK(fixture.failure("CREATE TABLE d(a DEFAULT (sqlite_version()))").text ==
          "not authorized to use function: sqlite_version at offset 26: SQLITE_ERROR");
    CHECK(fixture.failure("ALTER TABLE t ADD COLUMN b DEFAULT (1 + nosuch(2))").text ==
          "not authorized to use function: nosuch at offset 40: SQLITE_ERROR");
    if (has_own_sqlite) {
      CHECK(fixture.failure("CREATE TABLE d(a CHECK (unistr(a)))")
                .text.starts_with("not authorized to use function"));
    }
    CHECK(fixture
              .failure("CREATE TABLE d(a DEFAULT (CAST(abs(-1) AS VARCHAR(3)) IN (1, (2))), b power(3), c "
                       "DEFAULT 'x(y)', "
                       "d DEFAULT CURRENT_TIMESTAMP, e DEFAULT (strftime('%s', 'now')))")
              .text.empty());
  }
}

TEST_CASE("dialect: pragmas, by name and kind of argument") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run("CREATE TABLE t(a); CREATE INDEX i ON t(a)");
    for (const std::string pragma : {"data_version",
                                     "page_size",
                                     "table_list",
                                     "table_list(t)",
                                     "case_sensitive_like=on",
                                     "foreign_keys",
                                     "foreign_keys=on",
                                     "foreign_keys='on'",
                                     "FOREIGN_KEYS=1",
                                     "defer_foreign_keys",
                                     "defer_foreign_keys=yes",
                                     "ignore_check_constraints=false",
                                     "legacy_alter_table=0",
                                     "recursive_triggers",
                                     "recursive_triggers=no",
                                     "reverse_unordered_selects=true",
                                     "foreign_key_list(t)",
                                     "index_info(i)",
                                     "index_list(t)",
                                     "index_xinfo(i)",
                                     "table_info(t)",
                                     "table_info=t",
                                     "table_info(1)",
                                     "table_info('none such')",
                                     "main.table_xinfo(t)",
                                     "foreign_key_check",
                                     "foreign_key_check(t)",
                                     "quick_check",
                                     "quick_check(1)",
                                     "quick_check(t)",
                                     "optimize",
                                     "optimize(-1)",
                                     "optimize=0xfffe",
                                     "optimize(+1)"}) {
      CAPTURE(pragma);
      CHECK(fixture.failure(std::string("PRAGMA ") + pragma).text.empty());
    }
    for (const std::string pragma : {"data_version(1)",
                                     "page_size=1024",
                                     "case_sensitive_like=2",
                                     "foreign_keys=abc",
                                     "foreign_keys=2",
                                     "foreign_keys=-1",
                                     "foreign_keys=full",
                                     "defer_foreign_keys=maybe",
                                     "ignore_check_constraints=x",
                                     "legacy_alter_table=x",
                                     "recursive_triggers=x",
                                     "reverse_unordered_selects=x",
                                     "table_info",
                                     "table_xinfo",
                                     "index_info",
                                     "index_list",
                                     "index_xinfo",
                                     "foreign_key_list",
                                     "table_info(_cf_x)",
                                     "optimize=abc",
                                     "optimize=1.5",
                                     "journal_mode",
                                     "journal_mode=delete",
                                     "user_version",
                                     "user_version=1",
                                     "application_id",
                                     "integrity_check",
                                     "page_count",
                                     "max_page_count",
                                     "freelist_count",
                                     "encoding",
                                     "compile_options",
                                     "database_list",
                                     "function_list",
                                     "module_list",
                                     "pragma_list",
                                     "collation_list",
                                     "writable_schema=on",
                                     "query_only",
                                     "wal_checkpoint",
                                     "wal_autocheckpoint",
                                     "cache_size",
                                     "synchronous",
                                     "temp_store",
                                     "trusted_schema",
                                     "analysis_limit",
                                     "shrink_memory",
                                     "auto_vacuum",
                                     "incremental_vacuum",
                                     "locking_mode",
                                     "mmap_size",
                                     "secure_delete",
                                     "busy_timeout",
                                     "schema_version",
                                     "cell_size_check",
                                     "checkpoint_fullfsync",
                                     "hard_heap_limit",
                                     "soft_heap_limit",
                                     "threads",
                                     "nosuchpragma"}) {
      CAPTURE(pragma);
      const SqlError::Details details = fixture.failure(std::string("PRAGMA ") + pragma);
      CHECK(details.text == "not authorized: SQLITE_AUTH");
      CHECK(details.kind == ErrorKind::denied);
      CHECK_FALSE(details.hint.empty());
    }
    CHECK(fixture.failure("SELECT * FROM pragma_table_info('t')").text.empty());
    CHECK(fixture.failure("SELECT * FROM pragma_function_list").text == "not authorized: SQLITE_AUTH");
    CHECK(fixture.failure("SELECT * FROM pragma_journal_mode").text == "not authorized: SQLITE_AUTH");
  }
}

TEST_CASE("dialect: statements that D1 refuses, each with what to do instead") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run("CREATE TABLE t(a); CREATE VIRTUAL TABLE f USING fts5(a)");
    for (const std::string sql : {"ATTACH 'x' AS y",
                                  "DETACH main",
                                  "BEGIN",
                                  "BEGIN IMMEDIATE",
                                  "COMMIT",
                                  "END",
                                  "ROLLBACK",
                                  "SAVEPOINT a",
                                  "RELEASE a",
                                  "ROLLBACK TO a",
                                  "CREATE TEMP TABLE x(a)",
                                  "CREATE TABLE temp.x(a)",
                                  "CREATE TEMP VIEW x AS SELECT 1",
                                  "CREATE TEMP TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END",
                                  "CREATE VIRTUAL TABLE x USING fts4(a)",
                                  "CREATE VIRTUAL TABLE x USING fts3(a)",
                                  "CREATE VIRTUAL TABLE x USING dbstat",
                                  "CREATE VIRTUAL TABLE x USING geopoly(a)",
                                  "CREATE VIRTUAL TABLE x USING nosuchmodule",
                                  "CREATE TABLE _cf_x(a)",
                                  "CREATE TABLE _CF_x(a)",
                                  "CREATE TABLE \"_cf_ y\"(a)",
                                  "CREATE VIEW _cf_v AS SELECT 1",
                                  "CREATE INDEX _cf_i ON t(a)",
                                  "CREATE TRIGGER _cf_t AFTER INSERT ON t BEGIN SELECT 1; END",
                                  "CREATE VIRTUAL TABLE _cf_f USING fts5(a)",
                                  "ALTER TABLE t RENAME TO _cf_t",
                                  "alter table main.t rename to \"_Cf_t\"",
                                  "ALTER /* x */ TABLE t RENAME -- y\n TO [_cf_]"}) {
      CAPTURE(sql);
      const SqlError::Details details = fixture.failure(sql);
      CHECK(details.text == "not authorized: SQLITE_AUTH");
      CHECK_FALSE(details.hint.empty());
    }
    CHECK(fixture.failure("VACUUM").text == "cannot VACUUM from within a transaction: SQLITE_ERROR");
    CHECK(fixture.failure("VACUUM INTO 'x'").text == "cannot VACUUM from within a transaction: SQLITE_ERROR");
    CHECK_FALSE(fixture.failure("VACUUM").hint.empty());
    CHECK(fixture.failure("INSERT INTO sqlite_master VALUES(1,2,3,4,5)").text ==
          "table sqlite_master may not be modified: SQLITE_ERROR");
    CHECK(fixture.failure("DELETE FROM sqlite_schema").text.find("may not be modified") != std::string::npos);
    CHECK(fixture.failure("DELETE FROM f_data").text == "table f_data may not be modified: SQLITE_ERROR");
    CHECK(fixture.failure("DROP TABLE f_data").text == "table f_data may not be dropped: SQLITE_ERROR");
    CHECK(fixture.failure("CREATE TABLE sqlite_x(a)").text ==
          "object name reserved for internal use: sqlite_x: SQLITE_ERROR");
    CHECK_FALSE(fixture.failure("SELECT load_extension('x')").text.empty());
    CHECK(fixture.failure("SELECT * FROM sqlite_dbpage").text ==
          "no such table: sqlite_dbpage: SQLITE_ERROR");
    for (const std::string sql :
         {"CREATE VIRTUAL TABLE f2 USING fts5(a); CREATE VIRTUAL TABLE v USING fts5vocab(f2, 'row'); DROP "
          "TABLE v; DROP TABLE f2",
          "CREATE VIRTUAL TABLE r USING rtree(i, a, b); CREATE VIRTUAL TABLE ri USING rtree_i32(i, a, b)",
          "SELECT 1 AS _cf_a", "ALTER TABLE t ADD COLUMN _cf_c", "ALTER TABLE t RENAME COLUMN a TO b",
          "ALTER TABLE t DROP COLUMN _cf_c", "ALTER TABLE t RENAME TO t2", "REINDEX", "ANALYZE",
          "EXPLAIN SELECT 1", "EXPLAIN QUERY PLAN SELECT 1", "EXPLAIN VACUUM", "SELECT * FROM sqlite_schema",
          "SELECT * FROM json_each('[1]')", "SELECT * FROM json_tree('[1]')",
          "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 5) SELECT * FROM c",
          "CREATE TABLE main.q(a); DROP TABLE q"}) {
      CAPTURE(sql);
      CHECK(fixture.failure(sql).text.empty());
    }
  }
}

TEST_CASE("dialect: tables of Cloudflare's that are there cannot be read or written") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    const auto free = fixture.backend->open("db", {.create = true, .unrestricted = true});
    fixture.run(*free, "CREATE TABLE _cf_KV(key, value); INSERT INTO _cf_KV VALUES(1, 2); CREATE TABLE t(a)");
    for (const std::string sql :
         {"SELECT * FROM _cf_KV", "SELECT key FROM _CF_kv", "SELECT count(*) FROM _cf_KV",
          "INSERT INTO _cf_KV VALUES(1, 2)", "UPDATE _cf_KV SET key = 1", "DELETE FROM _cf_KV",
          "DROP TABLE _cf_KV", "ALTER TABLE _cf_KV ADD COLUMN x", "CREATE INDEX i ON _cf_KV(key)",
          "INSERT INTO t SELECT key FROM _cf_KV", "PRAGMA table_info(_cf_KV)"}) {
      CAPTURE(sql);
      CHECK(fixture.failure(sql).kind != ErrorKind::usage);
      const std::string words = fixture.failure(sql).text;
      const bool refused =
          words.find("prohibited") != std::string::npos || words.find("not authorized") != std::string::npos;
      CHECK(refused);
    }
    CHECK(fixture.run(*free, "SELECT * FROM _cf_KV").rows() == std::vector<std::string>{"1|2"});
    CHECK(fixture.dump(*free).find("_cf_") == std::string::npos);
    CHECK(fixture.database->info(true).schema.size() == 1);
  }
}

TEST_CASE("dialect: unrestricted lifts it all") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    const auto free = fixture.backend->open("db", {.create = true, .unrestricted = true});
    fixture.run(
        *free, "CREATE TABLE t(a); PRAGMA user_version = 3; SELECT sqlite_version(); CREATE TEMP TABLE x(a)");
    CHECK(fixture.run(*free, "PRAGMA user_version", SqlBatch::Transaction::none).rows() ==
          std::vector<std::string>{"3"});
    CHECK(fixture.run(*free, "PRAGMA integrity_check").rows() == std::vector<std::string>{"ok"});
    fixture.run(*free, "VACUUM", SqlBatch::Transaction::none);
    fixture.run(*free, "SELECT 'a' LIKE '" + std::string(60, '%') + "'");
  }
}

TEST_CASE("dialect: unistr of a literal is text, and mistakes keep their place in the source") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run(
        "CREATE TABLE t(a DEFAULT (unistr('d\\000a')), b); INSERT INTO t VALUES(unistr('a\\u000ab'), "
        "unistr('\\\\'));"
        "INSERT INTO t(b) VALUES(1); CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE t SET b = "
        "unistr('\\u0021'); END; INSERT INTO t VALUES(2, 2)");
    CHECK(fixture.rows("SELECT hex(a), b FROM t") == std::vector<std::string>{"610A62|!", "640A|!", "32|!"});
    const auto failure = [&](const std::string& sql) {
      const SqlError::Details details = fixture.failure(sql);
      return fmt::format("{}:{} {}", details.place.line, details.place.column, details.text);
    };
    CHECK(failure("SELECT unistr('\\u000a'),\n unistr('\\u000a'), sqlite_version()") ==
          "2:20 not authorized to use function: sqlite_version at offset 44: SQLITE_ERROR");
    CHECK(failure("SELECT 1,\n unistr('\\u00')") == "2:10 invalid Unicode escape at offset 19: SQLITE_ERROR");
    CHECK(failure("CREATE TABLE v(a DEFAULT (unistr('\\u000a') || sqlite_version()))") ==
          "1:47 not authorized to use function: sqlite_version at offset 46: SQLITE_ERROR");
    if (!has_own_sqlite) continue;  // the system's may lack unistr
    CHECK(failure("SELECT unistr('a' || 'b')") ==
          "1:8 not authorized to use function: unistr at offset 7: SQLITE_ERROR");
    // Plain SQLite has the function.
    const auto free = fixture.backend->open("db", {.unrestricted = true});
    CHECK(fixture.run(*free, "SELECT hex(unistr('\\ud800'))").rows() == std::vector<std::string>{"EDA080"});
  }
}

TEST_CASE("text that is not UTF-8 is refused in statements and values, and CAST still makes it") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    CHECK(kind_of_failure([&] { fixture.run("SELECT 1;\nSELECT 'caf\xE9'"); }) == ErrorKind::invalid_input);
    CHECK(fixture.rows("SELECT hex(CAST(x'ff' AS TEXT))") == std::vector<std::string>{"FF"});
  }
}

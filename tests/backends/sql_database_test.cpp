// What every SqlDatabase does, whatever keeps it.
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/backends/sql_backends.hpp"
#include "tests/failure.hpp"
#include "tests/sqlite_build.hpp"

using namespace corral;
using corral::testing::CollectedResults;
using corral::testing::has_own_sqlite;
using corral::testing::kind_of_failure;
using corral::testing::sql_implementations;
using corral::testing::SqlFixture;
using Rows = std::vector<std::string>;
using Transaction = SqlBatch::Transaction;

TEST_CASE("sql: rows, types and columns come through") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    const CollectedResults results = fixture.run(
        "CREATE TABLE t(a INTEGER PRIMARY KEY, b); INSERT INTO t(b) VALUES('x'), (2.5), (NULL), (x'0102');"
        "SELECT a, b AS \"the b\", typeof(b) FROM t; INSERT INTO t(b) VALUES(7) RETURNING a;");
    CHECK(results.rows() == Rows{"1|x|text", "2|2.5|real", "3|NULL|null", "4|blob:2|blob", "5"});
    CHECK(results.columns()[0].empty());
    CHECK(results.columns()[2] == Rows{"a", "the b", "typeof(b)"});
    CHECK(results.stats()[1].changes == 4);
    CHECK(results.stats()[1].last_row_id == 4);
    CHECK(results.stats()[1].rows_written == (has_own_sqlite ? 4 : 0));
    CHECK(results.stats()[2].rows_read == (has_own_sqlite ? 4 : 0));
  }
}

TEST_CASE("sql: a batch is all or nothing") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run("CREATE TABLE t(a UNIQUE)");
    CHECK(fixture.failure("INSERT INTO t VALUES(1); INSERT INTO t VALUES(2); INSERT INTO t VALUES(1)").text ==
          "UNIQUE constraint failed: t.a: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)");
    CHECK(fixture.failure("INSERT INTO t VALUES(1); CREATE TABLE u(a); selec").place.number == 3);
    CHECK(fixture.failure("INSERT INTO t VALUES(1); INSERT OR ROLLBACK INTO t VALUES(1)").kind ==
          ErrorKind::conflict);
    CHECK(fixture.rows("SELECT count(*) FROM t") == Rows{"0"});
    CHECK(fixture.rows("SELECT count(*) FROM sqlite_schema WHERE name = 'u'") == Rows{"0"});
    fixture.run(*fixture.database, "INSERT INTO t VALUES(1)", Transaction::write, true);
    CHECK(fixture.rows("SELECT count(*) FROM t") == Rows{"0"});
    CHECK(kind_of_failure([&] { fixture.run("-- nothing"); }) == ErrorKind::invalid_input);
  }
}

TEST_CASE("sql: an error names the statement, the place and what D1 says") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    const SqlError::Details details = fixture.failure("SELECT 1;\n  SELECT 'é',\n nope;");
    CHECK(details.text == "no such column: nope at offset 14: SQLITE_ERROR");
    CHECK(details.place.number == 2);
    CHECK(details.place.line == 3);
    CHECK(details.place.column == 2);
    CHECK(details.sql == "SELECT 'é',\n nope");
    CHECK(fixture.failure("SELECT * FROM missing").text == "no such table: missing: SQLITE_ERROR");
    CHECK(fixture.failure("SELEC").text == "near \"SELEC\": syntax error at offset 0: SQLITE_ERROR");
    CHECK(fixture.failure("SELECT 1 +").text == "incomplete input: SQLITE_ERROR");
  }
}

TEST_CASE("sql: foreign keys are on, and can be deferred to the end of a batch") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run("CREATE TABLE p(id PRIMARY KEY); CREATE TABLE c(p REFERENCES p(id))");
    CHECK(fixture.failure("INSERT INTO c VALUES(1)").text ==
          "FOREIGN KEY constraint failed: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_FOREIGNKEY)");
    fixture.run("PRAGMA defer_foreign_keys=ON; INSERT INTO c VALUES(1); INSERT INTO p VALUES(1)");
    const SqlError::Details at_end = fixture.failure("PRAGMA defer_foreign_keys=ON; INSERT INTO c VALUES(2)");
    CHECK(at_end.kind == ErrorKind::conflict);
    CHECK(at_end.place.number == 0);
    CHECK(fixture.rows("SELECT count(*) FROM c") == Rows{"1"});
  }
}

TEST_CASE("sql: references can be left to the end, tables in any order") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    const auto load = [&](std::string_view sql) {
      MemorySource source(sql);
      sql::StatementReader statements(source, "the test", 1000);
      CollectedResults results;
      fixture.database->run({.statements = statements, .references_at_end = true}, results);
    };
    load(
        "CREATE TABLE c(p REFERENCES p(id)); INSERT INTO c VALUES(1); CREATE TABLE p(id PRIMARY KEY); INSERT "
        "INTO p VALUES(1)");
    CHECK(kind_of_failure([&] { load("INSERT INTO c VALUES(2)"); }) == ErrorKind::conflict);
    CHECK(fixture.rows("SELECT count(*) FROM c") == Rows{"1"});
    // Afterwards they are checked again as ever.
    CHECK(fixture.failure("INSERT INTO c VALUES(2)").kind == ErrorKind::conflict);
  }
}

namespace {

class Values final : public SqlParameters {
 public:
  explicit Values(std::vector<std::vector<SqlValue>> runs) : runs_(std::move(runs)) {}
  void begin(const sql::ScriptStatement&, const std::vector<std::string>& names) override { asked = names; }
  const std::vector<SqlValue>* next() override { return at_ < runs_.size() ? &runs_[at_++] : nullptr; }

  std::vector<std::string> asked;

 private:
  std::vector<std::vector<SqlValue>> runs_;
  std::size_t at_ = 0;
};

}  // namespace

TEST_CASE("sql: parameters, and one statement run for each set of values") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run("CREATE TABLE t(a, b UNIQUE)");
    const std::string sql = "INSERT INTO t VALUES(:name, ?3)";
    const auto insert = [&](std::vector<std::vector<SqlValue>> runs) {
      MemorySource source(sql);
      sql::StatementReader statements(source, "the test", 1000);
      Values values(std::move(runs));
      CollectedResults results;
      fixture.database->run({.statements = statements, .parameters = &values}, results);
      CHECK(values.asked == Rows{":name", "", "?3"});
      return results;
    };
    const std::string nul("a\0b", 3);
    const CollectedResults results = insert({{SqlValue::of_text("x"), {}, SqlValue::of_integer(1)},
                                             {SqlValue::of_blob(nul), {}, SqlValue::of_real(2.5)},
                                             {SqlValue::of_text(nul), {}, {}}});
    CHECK(results.stats()[0].runs == 3);
    CHECK(results.stats()[0].changes == 3);
    CHECK(fixture.rows("SELECT typeof(a), hex(a), b FROM t") ==
          Rows{"text|78|1", "blob|610062|2.5", "text|610062|NULL"});
    CHECK(kind_of_failure([&] {
            insert({{{}, {}, SqlValue::of_integer(9)}, {{}, {}, SqlValue::of_integer(9)}});
          }) == ErrorKind::conflict);
    CHECK(fixture.rows("SELECT count(*) FROM t") == Rows{"3"});
    CHECK(kind_of_failure([&] { fixture.run("SELECT ?"); }) == ErrorKind::usage);
  }
}

TEST_CASE("sql: what a pulse or a reader of results throws ends the batch and undoes it") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run("CREATE TABLE t(a)");
    const std::string endless =
        "INSERT INTO t VALUES(1); WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT "
        "count(*) FROM c";
    MemorySource source(endless);
    sql::StatementReader statements(source, "the test", 1000);
    CollectedResults results;
    int calls = 0;
    const auto pulse = [&] {
      if (++calls > 5) throw Error(ErrorKind::interrupted, "enough");
    };
    CHECK(kind_of_failure([&] {
            fixture.database->run({.statements = statements, .pulse = pulse}, results);
          }) == ErrorKind::interrupted);
    CHECK(fixture.rows("SELECT count(*) FROM t") == Rows{"0"});
  }
}

TEST_CASE("sql: reading where nothing was written makes nothing") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    const auto other = fixture.backend->open("other", {});
    CHECK(fixture.run(*other, "SELECT 1", Transaction::none).rows() == Rows{"1"});
    CHECK(fixture.dump(*other) == "PRAGMA defer_foreign_keys=TRUE;");
    CHECK(other->info(true).schema.empty());
    CHECK(other->info(true).file_bytes == 0);
    CHECK_FALSE(fixture.backend->is_stored("other"));
    CHECK_FALSE(std::filesystem::exists(other->file()));
    CHECK(fixture.backend->is_stored("db"));
    CHECK(fixture.backend->stored_files() == std::vector<std::filesystem::path>{fixture.database->file()});
  }
}

TEST_CASE("sql: info counts tables, rows and pages") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run(
        "CREATE TABLE t(a); INSERT INTO t VALUES(1),(2); CREATE INDEX i ON t(a); CREATE VIEW v AS SELECT 1;"
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END; CREATE VIRTUAL TABLE f USING fts5(x);"
        "INSERT INTO f VALUES('word')");
    const SqlDatabaseInfo info = fixture.database->info(true);
    std::string items;
    for (const SqlSchemaItem& item : info.schema) {
      items += item.type + " " + item.name + " " + (item.rows ? std::to_string(*item.rows) : "-") + "\n";
    }
    CHECK(items == "table t 2\nview v -\nvirtual f 1\nindex i -\ntrigger g -\n");
    CHECK(info.page_size == 4096);
    CHECK(info.pages > 3);
    CHECK(info.file_bytes > 0);
    CHECK_FALSE(info.sqlite_version.empty());
  }
}

TEST_CASE("sql: copy, replace and drop") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run("CREATE TABLE t(a); INSERT INTO t VALUES(1)");
    const auto copy = fixture.folder.path() / "copy.sqlite";
    fixture.database->copy_to(copy);
    CHECK(kind_of_failure([&] { fixture.database->copy_to(copy); }) == ErrorKind::conflict);
    fixture.run("INSERT INTO t VALUES(2); CREATE TABLE u(a)");
    // Another connection that has the database open sees the change, and its schema.
    const auto other = fixture.backend->open("db", {});
    CHECK(fixture.run(*other, "SELECT count(*) FROM t").rows() == Rows{"2"});
    fixture.database->replace_from(copy);
    CHECK(fixture.run(*other, "SELECT count(*) FROM t").rows() == Rows{"1"});
    CHECK(fixture.run(*other, "SELECT count(*) FROM sqlite_schema").rows() == Rows{"1"});
    std::ofstream(fixture.folder.path() / "garbage") << std::string(8192, 'x');
    CHECK(kind_of_failure([&] { fixture.database->replace_from(fixture.folder.path() / "garbage"); }) ==
          ErrorKind::corrupt);
    CHECK(kind_of_failure([&] { fixture.database->replace_from(fixture.folder.path() / "none"); }) ==
          ErrorKind::not_found);
    CHECK(fixture.rows("SELECT count(*) FROM t") == Rows{"1"});
    const auto pages = fixture.folder.path() / "pages.sqlite";
    const std::string make = "sqlite3 '" + pages.native() + "' 'PRAGMA page_size=1024; CREATE TABLE x(a)'";
    REQUIRE(std::system(make.c_str()) == 0);  // NOLINT
    CHECK(kind_of_failure([&] { fixture.database->replace_from(pages); }) == ErrorKind::invalid_input);
    // Someone has it open: then the file stays, empty.
    fixture.backend->drop("db");
    CHECK(fixture.backend->is_stored("db"));
    CHECK(fixture.run(*other, "SELECT count(*) FROM sqlite_schema").rows() == Rows{"0"});
  }
}

TEST_CASE("sql: dropping what nobody has open removes the files") {
  for (const auto& implementation : sql_implementations()) {
    SqlFixture fixture(implementation);
    fixture.run("CREATE TABLE t(a)");
    const auto folder = fixture.database->file().parent_path();
    fixture.database.reset();
    fixture.backend->drop("db");
    CHECK(std::filesystem::is_empty(folder));
    fixture.backend->drop("db");
  }
}

TEST_CASE("sql: several connections write at once and lose nothing") {
  for (const auto& implementation : sql_implementations()) {
    const SqlFixture fixture(implementation);
    fixture.run("CREATE TABLE t(writer, n)");
    std::atomic<int> failures = 0;
    const auto write = [&](int writer) {
      try {
        const auto mine = fixture.backend->open("db", {.create = true});
        for (int i = 0; i < 50; ++i) {
          fixture.run(*mine, "SELECT count(*) FROM t; INSERT INTO t VALUES(" + std::to_string(writer) + ", " +
                                 std::to_string(i) + ")");
        }
      } catch (const std::exception&) {
        ++failures;
      }
    };
    std::vector<std::thread> writers;
    for (int i = 0; i < 4; ++i) writers.emplace_back(write, i);
    for (std::thread& writer : writers) writer.join();
    CHECK(failures == 0);
    CHECK(fixture.rows("SELECT count(*), count(DISTINCT writer || '/' || n) FROM t") == Rows{"200|200"});
  }
}

TEST_CASE("sql: a damaged file is said to be, and a batch on it changes nothing") {
  for (const auto& implementation : sql_implementations()) {
    SqlFixture fixture(implementation);
    const auto file = fixture.database->file();
    fixture.database.reset();
    std::ofstream(file) << std::string(10'000, 'x');
    CHECK(kind_of_failure([&] {
            const auto damaged = fixture.backend->open("db", {.create = true});
            fixture.run(*damaged, "CREATE TABLE t(a)");
          }) == ErrorKind::corrupt);
    CHECK(std::filesystem::file_size(file) == 10'000);
  }
}

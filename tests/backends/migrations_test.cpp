// Migrations over every SqlDatabase: applying, linting, squashing, comparing schemas.
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "backends/lmdb/migration_records.hpp"
#include "migrations/apply.hpp"
#include "migrations/lint.hpp"
#include "migrations/query.hpp"
#include "migrations/schema_change.hpp"
#include "migrations/squash.hpp"
#include "migrations/status.hpp"
#include "tests/backends/sql_backends.hpp"
#include "tests/failure.hpp"
#include "tests/fake_clock.hpp"

using namespace corral;
using namespace corral::migrations;
using corral::testing::FakeClock;
using corral::testing::kind_of_failure;
using corral::testing::sql_implementations;
using corral::testing::SqlFixture;
using corral::testing::SqlImplementation;
using Names = std::vector<std::string>;

namespace {

/// A database with a folder of migrations.
class MigratedDatabase : public SqlFixture {
 public:
  explicit MigratedDatabase(const SqlImplementation& implementation)
      : SqlFixture(implementation),
        migrations(migration_folder(folder.path(), {}, {}, {})),
        history(*database, "d1_migrations"),
        environment(folder.path() / "records"),
        records(environment) {}

  void write(const std::string& name, const std::string& sql) const {
    const auto path = migrations.folder / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << sql;
  }
  [[nodiscard]] std::vector<MigrationFile> files() const { return find_migrations(migrations); }
  MigrationRun migration_run() {
    return {
        .database = *database, .history = history, .records = records, .database_id = "db", .clock = clock};
  }
  MigrationStatus status() { return make_status(files(), history.applied(), records.of("db")); }
  void apply_all() { apply(migration_run(), plan(status(), {}), "00000001-mark"); }
  Names applied() {
    Names names;
    for (const AppliedMigration& one : history.applied()) names.push_back(one.name);
    return names;
  }
  MakeScratch scratch() {
    return [this] { return backend->scratch(); };
  }

  MigrationFolder migrations;
  History history;
  FakeClock clock;
  lmdb::Environment environment;
  lmdb::LmdbMigrationRecords records;
};

Schema schema_from(const MigratedDatabase& fixture, const std::string& sql) {
  const std::unique_ptr<SqlDatabase> scratch = fixture.backend->scratch();
  if (!sql.empty()) change(*scratch, sql);
  return read_schema(*scratch, "");
}

}  // namespace

TEST_CASE("migrations: the first failure is undone, earlier files are kept") {
  for (const auto& implementation : sql_implementations()) {
    MigratedDatabase fixture(implementation);
    fixture.write("0001_a.sql", "CREATE TABLE a(x);");
    fixture.write("0002_b.sql", "CREATE TABLE b(x);\nINSERT INTO b VALUES(1);\n  INSERT INTO nix VALUES(1);");
    fixture.write("0003_c.sql", "CREATE TABLE c(x)");
    try {
      fixture.apply_all();
      FAIL("no error");
    } catch (const SqlError& error) {
      CHECK(error.details().script == "0002_b.sql");
      CHECK(error.details().place.number == 3);
      CHECK(error.details().place.line == 3);
      CHECK(error.details().place.column == 3);
    }
    CHECK(fixture.applied() == Names{"0001_a.sql"});
    CHECK(fixture.rows("SELECT name FROM sqlite_schema WHERE name IN ('a', 'b', 'c')") == Names{"a"});
    CHECK(fixture.records.of("db").size() == 1);
    fixture.write("0002_b.sql", "-- nothing to do\n");
    fixture.apply_all();
    CHECK(fixture.applied() == Names{"0001_a.sql", "0002_b.sql", "0003_c.sql"});
    CHECK(fixture.records.of("db").at("0003_c.sql").bookmark == "00000001-mark");
    CHECK(fixture.status().count(MigrationState::applied) == 3);
  }
}

TEST_CASE("migrations: the table is the one that wrangler makes") {
  for (const auto& implementation : sql_implementations()) {
    MigratedDatabase fixture(implementation);
    fixture.write("0001_it's.sql", "SELECT 1;");
    fixture.apply_all();
    CHECK(fixture.rows("SELECT sql FROM sqlite_schema WHERE name = 'd1_migrations'") ==
          Names{"CREATE TABLE \"d1_migrations\"(\n\t\tid         INTEGER PRIMARY KEY "
                "AUTOINCREMENT,\n\t\tname       "
                "TEXT UNIQUE,\n\t\tapplied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL\n)"});
    CHECK(fixture.rows("SELECT id, name FROM d1_migrations") == Names{"1|0001_it's.sql"});
  }
}

TEST_CASE("migrations: states, duplicates and what comes late") {
  for (const auto& implementation : sql_implementations()) {
    MigratedDatabase fixture(implementation);
    fixture.write("0001_a.sql", "SELECT 1;");
    fixture.write("0003_c.sql", "SELECT 1;");
    fixture.write("0004_d.sql", "SELECT 1;");
    fixture.apply_all();
    fixture.write("0002_b.sql", "SELECT 1;");
    fixture.write("0003_other.sql", "SELECT 1;");
    fixture.write("0004_d.sql", "SELECT 2;");
    fixture.write("0005_e.sql", "SELECT 1;");
    std::filesystem::remove(fixture.migrations.folder / "0001_a.sql");
    fixture.run("INSERT INTO d1_migrations(name) VALUES('0006_by_wrangler.sql')");
    fixture.write("0006_by_wrangler.sql", "SELECT 1;");
    const MigrationStatus status = fixture.status();
    Names states;
    for (const MigrationEntry& entry : status.entries)
      states.push_back(entry.name + " " + std::string(name_of(entry.state)));
    CHECK(states == Names{"0001_a.sql missing", "0002_b.sql out of order", "0003_c.sql applied",
                          "0003_other.sql out of order", "0004_d.sql changed", "0005_e.sql out of order",
                          "0006_by_wrangler.sql applied"});
    CHECK(status.entries[2].same_number == Names{"0003_other.sql"});
    CHECK_FALSE(status.entries[6].sha256);
    CHECK(kind_of_failure([&] { plan(status, {}); }) == ErrorKind::conflict);
    CHECK(plan(status, {.allow_out_of_order = true}).size() == 3);
    CHECK(plan(status, {.to = "2", .steps = {}, .allow_out_of_order = true}).size() == 1);
    CHECK(plan(status, {.to = {}, .steps = 2, .allow_out_of_order = true}).size() == 2);
    CHECK(kind_of_failure([&] { plan(status, {.to = "77"}); }) == ErrorKind::not_found);
    CHECK(kind_of_failure([&] { (void)status.find("3"); }) == ErrorKind::invalid_input);
    CHECK(status.find("5").name == "0005_e.sql");
  }
}

TEST_CASE("migrations: rows that refer to nothing undo the file that left them") {
  for (const auto& implementation : sql_implementations()) {
    MigratedDatabase fixture(implementation);
    fixture.write("0001_a.sql",
                  "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(p REFERENCES p(id)); INSERT INTO p "
                  "VALUES(1); "
                  "INSERT INTO c VALUES(1);");
    fixture.apply_all();
    fixture.write(
        "0002_b.sql",
        "CREATE TABLE d(id INTEGER PRIMARY KEY); ALTER TABLE c RENAME TO old; CREATE TABLE c(p REFERENCES "
        "p(id), q INTEGER DEFAULT 7 REFERENCES d(id));\nPRAGMA defer_foreign_keys=on; INSERT INTO c(p) "
        "SELECT p "
        "FROM old; DROP TABLE old;");
    CHECK(kind_of_failure([&] { fixture.apply_all(); }) == ErrorKind::conflict);
    CHECK(fixture.applied() == Names{"0001_a.sql"});
    CHECK(fixture.rows("SELECT name FROM sqlite_schema WHERE name = 'd'").empty());
    // What was broken before is not the file's doing.
    {
      const auto unrestricted = fixture.backend->open("db", {.unrestricted = true});
      fixture.run(*unrestricted, "PRAGMA foreign_keys = off", SqlBatch::Transaction::none);
      fixture.run(*unrestricted, "INSERT INTO c VALUES(99)", SqlBatch::Transaction::none);
    }
    fixture.write("0002_b.sql", "CREATE TABLE e(x);");
    fixture.apply_all();
    CHECK(fixture.applied().size() == 2);
    // A foreign key to a non-key cannot be checked and does not fail a file, as in wrangler.
    fixture.write("0003_c.sql", "CREATE TABLE f(x REFERENCES e(x)); CREATE TABLE g(y);");
    fixture.write("0004_d.sql", "CREATE TABLE h(y);");
    fixture.apply_all();
    CHECK(fixture.applied().size() == 4);
  }
}

TEST_CASE("migrations: trying out changes nothing") {
  for (const auto& implementation : sql_implementations()) {
    MigratedDatabase fixture(implementation);
    fixture.write("0001_a.sql", "CREATE TABLE a(x);");
    fixture.write("0002_b.sql", "INSERT INTO a VALUES(1);");
    try_out(fixture.migration_run(), fixture.files());
    CHECK(fixture.rows("SELECT count(*) FROM sqlite_schema") == Names{"0"});
    fixture.write("0003_c.sql", "INSERT INTO b VALUES(1);");
    CHECK_THROWS_AS(try_out(fixture.migration_run(), fixture.files()), SqlError);
    CHECK(fixture.records.of("db").empty());
  }
}

TEST_CASE("migrations: rolled back, and booked without being run") {
  for (const auto& implementation : sql_implementations()) {
    MigratedDatabase fixture(implementation);
    fixture.write("0001_a.sql", "CREATE TABLE a(x);");
    fixture.write("0002_b.sql", "CREATE TABLE b(x);");
    fixture.apply_all();
    fixture.write("down/0002_b.sql", "DROP TABLE b;");
    roll_back(fixture.migration_run(),
              {{.name = "0002_b.sql", .path = fixture.migrations.folder / "down" / "0002_b.sql"}});
    CHECK(fixture.applied() == Names{"0001_a.sql"});
    CHECK(fixture.records.of("db").size() == 1);
    CHECK(fixture.rows("SELECT name FROM sqlite_schema WHERE name IN ('a', 'b')") == Names{"a"});
    book_as_applied(fixture.migration_run(), {fixture.files()[1]});
    CHECK(fixture.applied().size() == 2);
    CHECK(fixture.status().count(MigrationState::applied) == 2);
    CHECK(kind_of_failure([&] { book_as_applied(fixture.migration_run(), {fixture.files()[1]}); }) ==
          ErrorKind::conflict);
    book_as_not_applied(fixture.migration_run(), {"0001_a.sql", "0002_b.sql"});
    CHECK(fixture.applied().empty());
    CHECK(fixture.records.of("db").empty());
  }
}

TEST_CASE("lint: what fails, and what hurts later") {
  for (const auto& implementation : sql_implementations()) {
    MigratedDatabase fixture(implementation);
    fixture.write(
        "0001_a.sql",
        "CREATE TABLE p(id INTEGER PRIMARY KEY, a, b);\nCREATE TABLE c(p REFERENCES p(id) ON DELETE "
        "CASCADE);\nCREATE TABLE s(x);");
    fixture.write(
        "0002_b.sql",
        "CREATE TABLE np(id INTEGER PRIMARY KEY, b);\nDROP TABLE p;\nALTER TABLE np RENAME TO p;\n"
        "ALTER TABLE main.p DROP COLUMN b;\nDROP TABLE IF EXISTS \"s\";\nALTER TABLE p ADD n TEXT NOT NULL;\n"
        "ALTER TABLE p ADD COLUMN m TEXT NOT NULL DEFAULT 'x';\nSELECT load_extension('x');\nSELEC 1;\n"
        "INSERT INTO p(id, n) VALUES(1, 'a'), (1, 'b');\nCREATE TABLE ns(x); DROP TABLE s2;");
    fixture.write("0003_c.sql", "SELECT '" + std::string(100'001, 'x') + "';");
    fixture.write(
        "0004_d.sql",
        "CREATE TABLE nc(p REFERENCES p(id)); DROP TABLE c; ALTER TABLE nc RENAME TO c;\nDROP TABLE c");
    Names found;
    const std::unique_ptr<SqlDatabase> scratch = fixture.backend->scratch();
    lint(fixture.files(), *scratch, [&](const LintFinding& finding) {
      found.push_back(finding.file.substr(0, 4) + ":" + std::to_string(finding.place.line) + " " +
                      std::string(finding.rule) + (finding.is_error ? "!" : ""));
      CHECK_FALSE(finding.message.empty());
    });
    CHECK(found == Names{"0002:2 cascade", "0002:4 drop-column", "0002:5 drop-table", "0002:6 not-null",
                         "0002:8 refused!", "0002:9 refused!", "0002:11 drop-table", "0002:11 refused!",
                         "0003:1 too-long!"});
  }
}

TEST_CASE("squash: one file gives the same schema, with the rows that are wanted") {
  for (const auto& implementation : sql_implementations()) {
    MigratedDatabase fixture(implementation);
    fixture.write("0001_a.sql",
                  "CREATE TABLE a(x INTEGER PRIMARY KEY); INSERT INTO a VALUES(1),(2); CREATE TABLE b(y);");
    fixture.write(
        "0002_b.sql",
        "ALTER TABLE a ADD COLUMN z TEXT DEFAULT 'it''s'; CREATE INDEX i ON a(z); CREATE VIEW v AS SELECT * "
        "FROM a;"
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO b VALUES(new.x); END; INSERT INTO b VALUES(9);"
        "CREATE VIRTUAL TABLE f USING fts5(w);");
    const std::string baseline = make_baseline(fixture.files(), {"a"}, fixture.scratch());
    replace_by_baseline(fixture.migrations, fixture.files(), baseline);
    CHECK(fixture.files().size() == 1);
    CHECK(std::filesystem::exists(fixture.migrations.folder / "squashed/0001_a.sql"));
    CHECK(std::filesystem::exists(fixture.migrations.folder / "squashed/0002_b.sql"));
    fixture.apply_all();
    CHECK(fixture.applied() == Names{"0002_b.sql"});
    CHECK(fixture.rows("SELECT x, z FROM v") == Names{"1|it's", "2|it's"});
    CHECK(fixture.rows("SELECT count(*) FROM b") == Names{"0"});
    CHECK(kind_of_failure([&] { make_baseline(fixture.files(), {"nix"}, fixture.scratch()); }) ==
          ErrorKind::not_found);
    fixture.write("0003_c.sql", "SELECT 1;");
    CHECK(kind_of_failure([&] { replace_by_baseline(fixture.migrations, fixture.files(), ""); }) ==
          ErrorKind::conflict);
  }
}

TEST_CASE("schemas: the same but for spelling") {
  CHECK(normalized("CREATE TABLE \"users\" ( a  TEXT, -- c\n `b` INT)") ==
        normalized("create table users(a text,b int)"));
  CHECK(normalized("SELECT 'A'") != normalized("SELECT 'a'"));
  CHECK(normalized("CREATE TABLE t(a)") != normalized("CREATE TABLE t(a, b)"));
}

TEST_CASE("schemas: one turns into another, and rows stay") {
  struct Case {
    const char* from;
    const char* to;
    std::size_t rebuilt;
  };
  const Case cases[] = {
      {"", "CREATE TABLE a(x); CREATE INDEX i ON a(x); CREATE VIEW v AS SELECT x FROM a", 0},
      {"CREATE TABLE a(x); CREATE INDEX i ON a(x); CREATE VIEW v AS SELECT x FROM a", "", 0},
      {"CREATE TABLE a(x)", "CREATE TABLE a(x, y TEXT DEFAULT 'a,b')", 0},
      {"CREATE TABLE a(x, y)", "CREATE TABLE a(x)", 0},
      {"CREATE TABLE a(x, y)", "CREATE TABLE a(x INTEGER PRIMARY KEY, y)", 1},
      {"CREATE TABLE a(x, y); CREATE INDEX i ON a(y); CREATE VIEW v AS SELECT y FROM a; CREATE TRIGGER t "
       "AFTER INSERT ON "
       "a BEGIN SELECT 1; END",
       "CREATE TABLE a(y TEXT NOT NULL DEFAULT '', x, z AS (x + 1)); CREATE INDEX i ON a(y); CREATE VIEW v "
       "AS SELECT y "
       "FROM a; CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END",
       1},
      {"CREATE TABLE a(x); CREATE INDEX i ON a(x)", "CREATE TABLE a(x); CREATE UNIQUE INDEX i ON a(x)", 0},
      {"CREATE TABLE \"a\"(x, CHECK (x > 0))", "CREATE TABLE a(x, CHECK (x > 1), UNIQUE(x))", 1},
      {"CREATE VIRTUAL TABLE f USING fts5(a)", "CREATE VIRTUAL TABLE f USING fts5(a, b)", 1},
      {"CREATE TABLE new_a(q); CREATE TABLE a(x)", "CREATE TABLE new_a(q); CREATE TABLE a(x TEXT)", 1},
  };
  for (const auto& implementation : sql_implementations()) {
    MigratedDatabase fixture(implementation);
    for (const Case& one : cases) {
      CAPTURE(one.to);
      const SchemaChange there =
          schema_change(schema_from(fixture, one.from), schema_from(fixture, one.to), fixture.scratch());
      CHECK(there.is_proved);
      CHECK(there.rebuilt.size() == one.rebuilt);
      CHECK_FALSE(there.statements.empty());
      CHECK(schema_change(schema_from(fixture, one.to), schema_from(fixture, one.to), fixture.scratch())
                .statements.empty());
    }
    fixture.run("CREATE TABLE a(x, y); INSERT INTO a VALUES(1, 'one'), (2, 'two')");
    for (const std::string& statement :
         schema_change(read_schema(*fixture.database, ""),
                       schema_from(fixture, "CREATE TABLE a(x INTEGER PRIMARY KEY, y, z)"), fixture.scratch())
             .statements) {
      change(*fixture.database, statement);
    }
    CHECK(fixture.rows("SELECT * FROM a") == Names{"1|one|NULL", "2|two|NULL"});
  }
}

// `corral d1 migrations` as a shell sees it.
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/migrations_project.hpp"

using corral::testing::has;
using corral::testing::ProcessResult;
using corral::testing::Project;
using corral::testing::Shell;
using corral::testing::Words;
using nlohmann::json;

TEST_CASE("migrations: created, listed, applied, and nothing asked in a pipe") {
  Project project;
  ProcessResult result = project.migrations({"list", "db"});
  CHECK(result.status == 1);
  CHECK(has(result.err, "migrations create"));
  result = project.migrations({"create", "db", "add users"});
  CHECK(result.status == 0);
  CHECK(result.out == (project.folder() / "migrations/0001_add_users.sql").native() + "\n");
  CHECK(project.read("migrations/0001_add_users.sql").starts_with("-- Migration number: 0001 \t 20"));
  project.write("migrations/0001_add_users.sql", "CREATE TABLE users(id INTEGER PRIMARY KEY);");
  project.write("migrations/0002_rows.sql", "INSERT INTO users VALUES(1), (2);");
  result = project.migrations({"list", "db"});
  CHECK(json::parse(result.out) ==
        json::parse(R"([{"name":"0001_add_users.sql"},{"name":"0002_rows.sql"}])"));
  result = project.migrations({"apply", "db", "--steps", "1"});
  CHECK(result.status == 0);
  CHECK(json::parse(result.out)["applied"][0]["name"] == "0001_add_users.sql");
  CHECK(json::parse(result.out)["bookmark"].is_null());
  result = project.migrations({"apply", "db"});
  CHECK(json::parse(result.out)["applied"].size() == 1);
  const std::string bookmark = json::parse(result.out)["bookmark"];
  CHECK(has(result.err, "the way back: corral d1 time-travel restore 'db' --bookmark=" + bookmark));
  CHECK(project.rows("SELECT count(*) FROM users") == "2\n");
  result = project.migrations({"apply", "db"});
  CHECK(result.status == 0);
  CHECK(has(result.err, "nothing to apply"));
  result = project.migrations({"list", "db"});
  CHECK(result.status == 0);
  CHECK(result.out == "[]\n");
}

TEST_CASE("migrations: on a terminal it shows what is pending and asks") {
  Project project;
  project.write("migrations/0001_a.sql", "CREATE TABLE a(x);");
  ProcessResult result = project.on_terminal({"d1", "migrations", "apply", "db"}, "n\n");
  CHECK(result.status == 1);
  CHECK(has(result.screen, "pending: 0001_a.sql"));
  CHECK(has(result.screen, "[y/N]"));
  CHECK(project.states() == "0001_a.sql=pending");
  result = project.on_terminal({"d1", "migrations", "apply", "db"}, "y\n");
  CHECK(result.status == 0);
  CHECK(has(project.on_terminal({"d1", "migrations", "status", "db"}).screen, "applied at (UTC)"));
  project.write("migrations/0002_b.sql", "CREATE TABLE b(x);");
  CHECK(project.on_terminal({"d1", "migrations", "apply", "db", "-y"}).status == 0);
}

TEST_CASE("migrations: status names everything that is not as it should be, and --exit-code tells a script") {
  Project project;
  for (const char* const name : {"0001_a", "0002_b", "0003_c"})
    project.write(std::string("migrations/") + name + ".sql", "SELECT 1;");
  CHECK(project.migrations({"status", "db", "--exit-code"}).status == 3);
  project.apply();
  CHECK(project.migrations({"status", "db", "--exit-code"}).status == 0);
  CHECK(project.migrations({"list", "db", "--all"}).out == project.migrations({"status", "db"}).out);
  project.write("migrations/0002_b.sql", "SELECT 2;");
  std::filesystem::remove(project.folder() / "migrations/0001_a.sql");
  project.write("migrations/0002_z.sql", "SELECT 1;");
  const ProcessResult result = project.migrations({"status", "db", "--exit-code"});
  CHECK(result.status == 3);
  CHECK(has(result.err, "0002_b.sql has changed since it was applied"));
  CHECK(has(result.err, "0001_a.sql is applied, but there is no such file"));
  CHECK(has(result.err, "0002_b.sql has the same number as 0002_z.sql"));
  CHECK(project.states() ==
        "0001_a.sql=missing 0002_b.sql=changed 0002_z.sql=out of order 0003_c.sql=applied");
  CHECK(has(project.apply(1), "--allow-out-of-order"));
  CHECK(project.migrations({"apply", "db", "--allow-out-of-order", "--no-backup"}).status == 0);
  CHECK(has(project.states(), "0002_z.sql=applied"));
}

TEST_CASE("migrations: an error names file, line, column and statement, and keeps what was before") {
  Project project;
  project.write("migrations/0001_a.sql", "CREATE TABLE a(x);");
  project.write("migrations/0002_b.sql", "-- two\nCREATE TABLE b(x);\n  INSERT INTO nix VALUES(1);");
  const std::string error = project.apply(1);
  CHECK(has(error, "applied 0001_a.sql (1 statement)"));
  CHECK(has(error, "no such table: nix"));
  CHECK(has(error, "0002_b.sql, statement 2, line 3, column 3: INSERT INTO nix VALUES(1)"));
  CHECK(project.states() == "0001_a.sql=applied 0002_b.sql=pending");
  const ProcessResult result = project.migrations({"apply", "db", "--json"});
  CHECK(result.status == 1);
  CHECK(json::parse(result.out)["error"]["file"] == "0002_b.sql");
  CHECK(json::parse(result.out)["error"]["line"] == 3);
}

TEST_CASE("migrations: --dry-run prints the SQL, tells errors, changes nothing") {
  Project project;
  project.write("migrations/0001_a.sql", "CREATE TABLE a(x);\n");
  project.write("migrations/0002_b.sql", "INSERT INTO a VALUES(1);\n");
  ProcessResult result = project.migrations({"apply", "db", "--dry-run"});
  CHECK(result.status == 0);
  CHECK(result.out == "-- 0001_a.sql\nCREATE TABLE a(x);\n\n-- 0002_b.sql\nINSERT INTO a VALUES(1);\n\n");
  CHECK(json::parse(project.migrations({"apply", "db", "--dry-run", "--json"}).out)[1]["sql"] ==
        "INSERT INTO a VALUES(1);\n");
  CHECK(project.states() == "0001_a.sql=pending 0002_b.sql=pending");
  project.write("migrations/0003_c.sql", "SELEC 1;");
  result = project.migrations({"apply", "db", "--dry-run"});
  CHECK(result.status == 1);
  CHECK(result.out.empty());
  CHECK(has(result.err, "0003_c.sql, statement 1"));
}

TEST_CASE("migrations: files of every kind") {
  Project project;
  project.write("migrations/0001_empty.sql", "");
  project.write("migrations/0002_comment.sql", "-- only words\n/* and these */");
  project.write("migrations/0003_crlf.sql", "CREATE TABLE crlf(a);\r\nINSERT INTO crlf VALUES('x');\r\n");
  project.write("migrations/0004_bom.sql",
                "\xef\xbb\xbf"
                "CREATE TABLE bom(a)");
  project.write("migrations/0005_frame.sql", "BEGIN TRANSACTION; CREATE TABLE framed(a); COMMIT;");
  project.write("migrations/0006_it's \"odd\" é.sql", "CREATE TABLE odd(a);");
  project.apply();
  CHECK(project.rows("SELECT count(*) FROM d1_migrations") == "6\n");
  CHECK(project.rows("SELECT a FROM crlf") == "x\n");
  CHECK(project.rows("SELECT name FROM d1_migrations WHERE id = 6") == "0006_it's \"odd\" é.sql\n");

  project.write("migrations/0007_latin.sql", "CREATE TABLE l(a);\nINSERT INTO l VALUES('caf\xe9');\n");
  CHECK(has(project.apply(1), "0007_latin.sql is not UTF-8: line 2, column "));
  project.write("migrations/0007_latin.sql", std::string("\xff\xfe") + "S\0E\0" + "L");
  CHECK(has(project.apply(1), "0007_latin.sql is not UTF-8 but, as it seems, UTF-16: line 1, column 1"));
  project.write("migrations/0007_latin.sql", std::string("SELECT 1;\n\0SELECT 2;", 20));
  CHECK(has(project.apply(1), "0007_latin.sql"));
  project.write("migrations/0007_latin.sql", "COMMIT;");
  CHECK(has(project.apply(1), "0007_latin.sql"));
  CHECK(project.rows("SELECT count(*) FROM d1_migrations") == "6\n");
}

TEST_CASE("migrations: a file of 100 MB streams through") {
  Project project;
  std::string sql = "CREATE TABLE t(id INTEGER PRIMARY KEY, text);\n";
  const std::string row = "INSERT INTO t(text) VALUES('" + std::string(9'900, 'x') + "');\n";
  while (sql.size() < 100'000'000) sql += row;
  project.write("migrations/0001_big.sql", sql);
#ifdef __SANITIZE_ADDRESS__
  const std::string limit;  // the sanitizer maps terabytes
#else
  const std::string limit = "ulimit -v 400000; ";
#endif
  const ProcessResult result =
      project.script(limit +
                     "corral d1 migrations apply db | grep -c 0001_big.sql; corral d1 execute db --format "
                     "raw "
                     "--command 'SELECT count(*) > 10000 FROM t'");
  CHECK(result.out == "1\n1\n");
}

TEST_CASE("migrations: folders that are not there, may not be read, or lie elsewhere") {
  Project project;
  const auto config = [&](const std::string& more) {
    project.write(
        "wrangler.jsonc",
        R"({"d1_databases":[{"binding":"DB","database_name":"shop","database_id":"1")" + more + "}]}");
  };
  config(R"(,"migrations_dir":"sql","migrations_table":"done")");
  CHECK(has(project.migrations({"apply", "shop"}).err, "sql"));
  project.write("sql/0001_a.sql", "CREATE TABLE a(x);");
  CHECK(project.migrations({"apply", "shop"}).status == 0);
  CHECK(project.corral({"d1", "execute", "shop", "--command", "SELECT name FROM done", "--format", "raw"})
            .out == "0001_a.sql\n");
  for (const char* const pattern : {"other/*.sql", "sql/../*.sql", "../x/*.sql", "/etc/*.sql"}) {
    config(std::string(R"(,"migrations_dir":"sql","migrations_pattern":")") + pattern + "\"");
    const ProcessResult result = project.migrations({"list", "shop"});
    CHECK(result.status == 1);
    CHECK(has(result.err, "migrations_pattern"));
  }
  config(R"(,"migrations_dir":"drizzle","migrations_pattern":"drizzle/*/migration.sql")");
  project.write("drizzle/20260102_b/migration.sql", "INSERT INTO nested VALUES(1);");
  project.write("drizzle/20260101_a/migration.sql", "CREATE TABLE nested(x);");
  project.write("drizzle/20260101_a/snapshot.json", "{}");
  const ProcessResult result = project.migrations({"apply", "shop"});
  CHECK(json::parse(result.out)["applied"][0]["name"] == "20260101_a/migration.sql");
  CHECK(has(project.migrations({"create", "shop", "x"}).err, "would not match"));
  if (::geteuid() != 0) {
    std::filesystem::permissions(project.folder() / "drizzle", std::filesystem::perms::none);
    CHECK(has(project.migrations({"list", "shop"}).err, "drizzle"));
    std::filesystem::permissions(project.folder() / "drizzle", std::filesystem::perms::owner_all);
  }
  CHECK(project.migrations({"apply", "nope"}).status == 1);
}

TEST_CASE("migrations: rolled back by their down parts, last applied first") {
  Project project;
  CHECK(project.migrations({"create", "db", "a", "--down"}).status == 0);
  project.write("migrations/0001_a.sql", "CREATE TABLE a(x);");
  project.write("migrations/0002_b.sql", "CREATE TABLE b(x);");
  project.write("migrations/0003_c.sql", "CREATE TABLE c(x);");
  project.write("migrations/down/0003_c.sql", "DROP TABLE c;");
  project.write("migrations/down/0002_b.sql", "DROP TABLE b;");
  CHECK(project.migrations({"apply", "db"}).status == 0);
  CHECK(project.migrations({"rollback", "db"}).status == 1);  // cannot ask
  CHECK(has(project.states(), "0003_c.sql=applied"));
  ProcessResult result = project.migrations({"rollback", "db", "-y"});
  CHECK(json::parse(result.out)["rolled_back"] == json::parse(R"(["0003_c.sql"])"));
  CHECK(project.states() == "0001_a.sql=applied 0002_b.sql=applied 0003_c.sql=pending");
  project.apply();
  CHECK(
      json::parse(project.migrations({"rollback", "db", "--to", "1", "-y", "--no-backup"}).out)["rolled_back"]
          .size() == 2);
  CHECK(project.rows("SELECT name FROM sqlite_schema WHERE name IN ('a','b','c')") == "a\n");
  // Without a down part: the bookmark.
  CHECK(project.migrations({"apply", "db"}).status == 0);
  std::filesystem::remove(project.folder() / "migrations/down/0003_c.sql");
  result = project.migrations({"rollback", "db", "-y"});
  CHECK(result.status == 1);
  CHECK(has(result.err, "corral d1 time-travel restore 'db' --bookmark="));
  project.write("migrations/down/0003_c.sql", "DROP TABLE nix;");
  result = project.migrations({"rollback", "db", "-y"});
  CHECK(has(result.err, "0003_c.sql, statement 1"));
  CHECK(has(project.states(), "0003_c.sql=applied"));
}

TEST_CASE("migrations: bookkeeping mended, and a database with a schema taken over") {
  Project project;
  project.write("migrations/0001_a.sql", "CREATE TABLE a(x);");
  project.write("migrations/0002_b.sql", "CREATE TABLE b(x);");
  project.write("migrations/0003_c.sql", "CREATE TABLE c(x);");
  project.rows("CREATE TABLE a(x); CREATE TABLE b(x)");
  CHECK(project.migrations({"baseline", "db", "--to", "2"}).status == 0);
  CHECK(project.states() == "0001_a.sql=applied 0002_b.sql=applied 0003_c.sql=pending");
  project.apply();
  CHECK(project.migrations({"resolve", "db", "--unapplied", "3", "--unapplied", "0002_b.sql"}).status == 0);
  CHECK(project.migrations({"resolve", "db", "--applied", "2"}).status == 0);
  CHECK(project.states() == "0001_a.sql=applied 0002_b.sql=applied 0003_c.sql=pending");
  CHECK(project.migrations({"resolve", "db", "--applied", "2"}).status == 1);
  CHECK(project.migrations({"resolve", "db", "--unapplied", "3"}).status == 1);
  CHECK(project.migrations({"resolve", "db", "--applied", "77"}).status == 1);
  CHECK(project.migrations({"resolve", "db"}).status == 1);
  CHECK(project.migrations({"baseline", "db", "--to", "77"}).status == 1);
}

TEST_CASE("migrations: lint finds, and apply warns of rows that would go") {
  Project project;
  project.write("migrations/0001_a.sql",
                "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(p REFERENCES p(id) ON DELETE "
                "CASCADE); INSERT INTO p "
                "VALUES(1); INSERT INTO c VALUES(1);");
  project.apply();
  project.write("migrations/0002_rebuild.sql",
                "PRAGMA foreign_keys=OFF;\nCREATE TABLE n(id INTEGER PRIMARY KEY, x);\nINSERT INTO n(id) "
                "SELECT id FROM "
                "p;\nDROP TABLE p;\nALTER TABLE n RENAME TO p;\nPRAGMA foreign_keys=ON;");
  ProcessResult result = project.migrations({"lint", "db"});
  CHECK(result.status == 0);
  CHECK(has(result.out, "0002_rebuild.sql:4:1: warning: drops \"p\""));
  CHECK(project.migrations({"lint", "db", "--pending", "--exit-code"}).status == 3);
  CHECK(json::parse(project.migrations({"lint", "db", "--json"}).out)[0]["rule"] == "cascade");
  CHECK(
      has(project.apply(), "0002_rebuild.sql drops \"p\": rows of \"c\" refer to it with ON DELETE CASCADE"));
  CHECK(project.rows("SELECT count(*) FROM c") == "0\n");  // as D1 does it
}

TEST_CASE("migrations: squashed into one that fresh and old databases take alike") {
  Project project;
  project.write("migrations/0001_a.sql", "CREATE TABLE a(x); INSERT INTO a VALUES('kept');");
  project.write("migrations/0002_b.sql", "ALTER TABLE a ADD COLUMN y;");
  project.write("migrations/0003_c.sql", "CREATE TABLE c(x);");
  project.apply();
  const std::string before = project.corral({"d1", "schema", "dump", "db"}).out;
  CHECK(project.migrations({"squash", "db", "--to", "1"}).status == 1);
  const ProcessResult result = project.migrations({"squash", "db", "--to", "2", "--data", "a"});
  CHECK(result.status == 0);
  CHECK(result.out == (project.folder() / "migrations/0002_b.sql").native() + "\n");
  CHECK(project.states() == "0002_b.sql=applied 0003_c.sql=applied");
  CHECK(project.migrations({"status", "db", "--exit-code"}).status == 0);
  project.corral({"d1", "create", "fresh"});
  CHECK(project.migrations({"apply", "fresh"}).status == 0);
  CHECK(project.corral({"d1", "schema", "dump", "fresh"}).out == before);
  CHECK(project.corral({"d1", "execute", "fresh", "--command", "SELECT x FROM a", "--format", "raw"}).out ==
        "kept\n");
}

TEST_CASE("migrations: seeds run in one transaction, again and again") {
  Project project;
  project.rows("CREATE TABLE u(id INTEGER PRIMARY KEY AUTOINCREMENT, n); CREATE TABLE p(u REFERENCES u(id))");
  CHECK(project.migrations({"seed", "db"}).status == 1);
  project.write("seeds/02_posts.sql", "INSERT INTO p VALUES(1);");
  project.write("seeds/01_users.sql", "INSERT INTO u(n) VALUES('a'), ('b');");
  CHECK(project.migrations({"seed", "db"}).status == 0);
  CHECK(project.migrations({"seed", "db", "--reset"}).status == 1);  // cannot ask
  for (int i = 0; i < 2; ++i) {
    CHECK(project.migrations({"seed", "db", "--reset", "-y"}).status == 0);
    CHECK(project.rows("SELECT id, n, (SELECT count(*) FROM p) FROM u") == "1\ta\t1\n2\tb\t1\n");
  }
  project.write("extra.sql", "INSERT INTO u(n) VALUES('c');\nINSERT INTO nix VALUES(1);");
  const ProcessResult result = project.migrations({"seed", "db", "seeds/01_users.sql", "extra.sql"});
  CHECK(result.status == 1);
  CHECK(has(result.err, "extra.sql, statement 2, line 2"));
  CHECK(project.rows("SELECT count(*) FROM u") == "2\n");
}

TEST_CASE("migrations: two at once never run one file twice") {
  Project project;
  for (int i = 1; i <= 20; ++i) {
    project.write("migrations/" + std::to_string(i) + "_x.sql",
                  "CREATE TABLE IF NOT EXISTS log(n); INSERT INTO log VALUES(" + std::to_string(i) + ");");
  }
  const ProcessResult result = project.script(
      "for i in 1 2 3 4; do corral d1 migrations apply db > out.$i 2>&1 & pids=\"$pids $!\"; done; for p in "
      "$pids; do "
      "wait $p; done");
  CHECK(result.status == 0);
  CHECK(project.rows("SELECT count(*), count(DISTINCT n) FROM log") == "20\t20\n");
  CHECK(project.rows("SELECT count(*) FROM d1_migrations") == "20\n");
}

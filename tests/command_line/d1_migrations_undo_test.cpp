// `corral d1 migrations`: the way back from a run, and files that are named or laid out in other ways.
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/migrations_project.hpp"

using corral::testing::has;
using corral::testing::ProcessResult;
using corral::testing::Project;
using corral::testing::Words;
using nlohmann::json;

TEST_CASE("migrations: each run can be undone, and keeps only the pages that it changes") {
  Project project;
  project.write(
      "migrations/0001_t.sql",
      "CREATE TABLE t(id INTEGER PRIMARY KEY, text); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i "
      "+ 1 FROM n WHERE i < 2000) INSERT INTO t SELECT i, hex(randomblob(1000)) FROM n;");
  project.apply();
  std::vector<std::string> bookmarks;
  constexpr std::size_t runs = 8;
  for (std::size_t i = 2; i < 2 + runs; ++i) {
    project.write("migrations/000" + std::to_string(i) + "_u.sql",
                  "UPDATE t SET text = 'run " + std::to_string(i) + "' WHERE id = 7;");
    const ProcessResult result = project.migrations({"apply", "db"});
    REQUIRE(result.status == 0);
    bookmarks.push_back(json::parse(result.out)["bookmark"]);
  }
  const json list = json::parse(project.corral({"d1", "time-travel", "list", "db"}).out);
  REQUIRE(list.size() == runs);
  for (std::size_t i = 1; i < runs; ++i) CHECK(list[i]["new_bytes"].get<int>() <= 8 * 4096);
  CHECK_FALSE(std::filesystem::exists(project.folder() / ".wrangler/state/v3/corral/snapshots"));
  for (std::size_t i = runs - 1; i > 0; --i) {
    CAPTURE(i);
    REQUIRE(project.corral({"d1", "time-travel", "restore", "db", "-y", "--bookmark", bookmarks[i]}).status ==
            0);
    CHECK(project.rows("SELECT text FROM t WHERE id = 7") == "run " + std::to_string(i + 1) + "\n");
    CHECK(project.rows("SELECT count(*) FROM d1_migrations") == std::to_string(i + 1) + "\n");
  }
}

TEST_CASE(
    "migrations: with bookmarks off, apply says that it cannot be undone; if none can be taken, it refuses") {
  Project project;
  project.write("migrations/0001_a.sql", "CREATE TABLE a(x);");
  project.write("migrations/0002_b.sql", "CREATE TABLE b(x);");
  project.write("migrations/0003_c.sql", "CREATE TABLE c(x);");
  project.write("migrations/down/0003_c.sql", "DROP TABLE c;");
  CHECK(project.migrations({"apply", "db", "--to", "1"}).status == 0);
  ProcessResult result = project.script("CORRAL_TIME_TRAVEL=off corral d1 migrations apply db");
  CHECK(result.status == 0);
  CHECK(has(result.err, "CORRAL_TIME_TRAVEL=off: no bookmark"));
  CHECK(json::parse(result.out)["bookmark"].is_null());
  CHECK(has(project.script("CORRAL_TIME_TRAVEL=off corral d1 migrations rollback db -y").err,
            "cannot be undone"));
  CHECK_FALSE(
      has(project.script("CORRAL_TIME_TRAVEL=off corral d1 migrations apply db --no-backup").err, "TRAVEL"));
  CHECK(project.migrations({"rollback", "db", "-y"}).status == 0);
  project.write(".wrangler/state/v3/corral/time-travel/data.mdb", std::string(20'000, 'x'));
  result = project.migrations({"apply", "db"});
  CHECK(result.status == 1);
  CHECK(has(result.err, "--no-backup"));
  CHECK(has(project.states(), "0003_c.sql=pending"));
  project.apply();
}

TEST_CASE("migrations: a pattern that would match is named where nothing does") {
  Project project;
  project.write("migrations/20250101_init/migration.sql", "CREATE TABLE a(x);");
  project.write("migrations/20250102_more/migration.sql", "CREATE TABLE b(x);");
  for (const Words& words : {Words{"list", "db"}, Words{"status", "db"}, Words{"apply", "db"}}) {
    CAPTURE(words.front());
    const ProcessResult result = project.migrations(words);
    CHECK(result.status == 0);
    CHECK(has(result.err, "\"migrations/*.sql\""));
    CHECK(has(result.err, "\"migrations/*/migration.sql\""));
  }
  project.write("migrations/0001_top.sql", "CREATE TABLE c(x);");
  CHECK_FALSE(has(project.migrations({"apply", "db"}).err, "migration.sql"));
}

TEST_CASE("migrations: files named by date do not have the same number") {
  Project project;
  for (const char* const name : {"2024-01-13-a", "2024-01-13-b", "2024-02-01-c", "20240301_d", "20240301_e"})
    project.write(std::string("migrations/") + name + ".sql", "SELECT 1;");
  const ProcessResult result = project.migrations({"apply", "db"});
  CHECK(result.status == 0);
  CHECK_FALSE(has(result.err, "same number"));
  for (const json& entry : json::parse(project.migrations({"status", "db"}).out))
    CHECK(entry["same_number"].empty());
  CHECK(project.migrations({"status", "db", "--exit-code"}).status == 0);
}

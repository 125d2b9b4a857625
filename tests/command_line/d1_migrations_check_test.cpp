// `corral d1 migrations check` on local state, and the drift that `corral d1 schema diff` finds there.
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/migrations_project.hpp"

using corral::testing::has;
using corral::testing::ProcessResult;
using corral::testing::Project;
using nlohmann::json;

TEST_CASE("check: a changed file is an error, drift something to look at") {
  Project project;
  project.write("migrations/0001_a.sql", "CREATE TABLE a(x);");
  CHECK(project.migrations({"apply", "db"}).status == 0);
  ProcessResult result = project.migrations({"check", "db"});
  CHECK(result.status == 0);
  CHECK(has(result.out, "migrations of \"db\": all is well\n"));
  CHECK(result.err.empty());
  CHECK(project.corral({"d1", "schema", "diff", "db", "--exit-code"}).status == 0);

  project.corral({"d1", "execute", "db", "--command", "CREATE TABLE stray(x)"});
  result = project.migrations({"check", "db"});
  CHECK(result.status == 3);
  CHECK(has(result.out, "DROP TABLE \"stray\";\n"));
  result = project.corral({"d1", "schema", "diff", "db", "--exit-code"});
  CHECK(result.status == 3);
  CHECK(result.out == "DROP TABLE \"stray\";\n");
  CHECK(project.corral({"d1", "schema", "diff", "db", "--reverse"}).out == "CREATE TABLE stray(x);\n");

  project.write("migrations/0001_a.sql", "CREATE TABLE a(x, y);");
  result = project.migrations({"check", "db", "--json"});
  CHECK(result.status == 1);
  const json report = json::parse(result.out);
  CHECK(report["findings"][0]["rule"] == "changed");
  CHECK(report["steps"][1]["outcome"] == "error");
}

TEST_CASE("check: what runs only without rows is tried only without them, and the database stays as it is") {
  Project project;
  project.write("migrations/0001_a.sql", "CREATE TABLE a(x);");
  CHECK(project.migrations({"apply", "db"}).status == 0);
  project.corral({"d1", "execute", "db", "--command", "INSERT INTO a VALUES(1), (1)"});
  const std::string dump = project.corral({"d1", "export", "db", "--output", "-"}).out;
  project.write("migrations/0002_unique.sql", "CREATE UNIQUE INDEX u ON a(x);");
  CHECK(project.migrations({"check", "db"}).status == 3);
  CHECK(project.migrations({"check", "db", "--allow-pending"}).status == 0);
  CHECK(project.corral({"d1", "export", "db", "--output", "-"}).out == dump);
  CHECK(project.migrations({"check", "db", "--format", "html"}).status == 1);
}

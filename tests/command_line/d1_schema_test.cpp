// `corral d1 schema` as a shell sees it.
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;
using nlohmann::json;

TEST_CASE("schema: dumped and compared, databases and folders of migrations alike") {
  Shell shell;
  shell.corral({"d1", "create", "db"});
  shell.write("migrations/0001_a.sql", "CREATE TABLE a(x);");
  CHECK(shell.corral({"d1", "migrations", "apply", "db"}).status == 0);
  CHECK(shell.corral({"d1", "schema", "dump", "db"}).out == "CREATE TABLE a(x);\n");
  CHECK(shell.corral({"d1", "schema", "dump", "./migrations"}).out == "CREATE TABLE a(x);\n");
  ProcessResult result = shell.corral({"d1", "schema", "diff", "db", "./migrations", "--exit-code"});
  CHECK(result.status == 0);
  CHECK(result.out.empty());
  shell.write("migrations/0002_b.sql", "ALTER TABLE a ADD COLUMN y TEXT; CREATE INDEX i ON a(y);");
  result = shell.corral({"d1", "schema", "diff", "db", "./migrations", "--exit-code"});
  CHECK(result.status == 3);
  CHECK(result.out == "ALTER TABLE \"a\" ADD COLUMN y TEXT;\nCREATE INDEX i ON a(y);\n");
  CHECK(shell.script("corral d1 schema diff db ./migrations | corral d1 execute db --file -").status == 0);
  CHECK(shell.corral({"d1", "schema", "diff", "db", "./migrations", "--exit-code"}).status == 0);
  const json changes =
      json::parse(shell.corral({"d1", "schema", "diff", "./migrations", "db", "--json"}).out);
  CHECK(changes["statements"].empty());
  CHECK(changes["proved"] == true);
  CHECK(json::parse(shell.corral({"d1", "schema", "dump", "db", "--json"}).out)[0]["type"] == "index");
  CHECK(shell.corral({"d1", "schema", "diff", "db", "nope"}).status == 1);
}

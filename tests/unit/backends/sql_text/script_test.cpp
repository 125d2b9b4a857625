#include "backends/sql_text/script.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/failure.hpp"

using namespace corral;
using corral::testing::kind_of_failure;

namespace {

std::vector<std::string> run(std::string_view text) {
  MemorySource source(text);
  sql::StatementReader reader(source, "dump.sql", 10'000);
  sql::Script script(reader, "dump.sql");
  std::vector<std::string> statements;
  sql::ScriptStatement statement;
  while (script.next(statement)) statements.emplace_back(statement.text);
  return statements;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("BEGIN and COMMIT are cut out, in any form and in pairs") {
  for (const char* const begin :
       {"BEGIN", "begin transaction", "BEGIN IMMEDIATE", "BEGIN EXCLUSIVE TRANSACTION",
        "BEGIN DEFERRED TRANSACTION", "/* x */ BEGIN"}) {
    for (const char* const end : {"COMMIT", "commit transaction", "END", "END TRANSACTION"}) {
      const std::string text = std::string(begin) + "; SELECT 1; " + end + "; SELECT 2;";
      CHECK(run(text) == Texts{"SELECT 1", "SELECT 2"});
    }
  }
  CHECK(run("BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; COMMIT") == Texts{"SELECT 1", "SELECT 2"});
  CHECK(run("SELECT 1; BEGIN; END") == Texts{"SELECT 1"});
}

TEST_CASE("what does not pair is refused") {
  for (const char* const text : {"BEGIN; SELECT 1", "SELECT 1; COMMIT", "BEGIN; BEGIN; COMMIT; COMMIT", "END",
                                 "BEGIN; SELECT 1; ROLLBACK; -- due to errors", "ROLLBACK TRANSACTION"}) {
    CAPTURE(text);
    CHECK(kind_of_failure([&] { run(text); }) == ErrorKind::invalid_input);
  }
  // A savepoint is a matter of the dialect.
  CHECK(run("ROLLBACK TO a").size() == 1);
}

TEST_CASE("a dump's foreign_keys=OFF is cut out where it comes first") {
  const auto off = [](std::string_view text) { return sql::Script::starts_without_foreign_keys(text); };
  for (const char* const text :
       {"PRAGMA foreign_keys=OFF; BEGIN TRANSACTION; SELECT 1; COMMIT;", "pragma foreign_keys(0); SELECT 1",
        "-- c\nPRAGMA foreign_keys = 'off'; SELECT 1", "BEGIN; PRAGMA foreign_keys=no; SELECT 1; COMMIT"}) {
    CAPTURE(std::string(text));
    CHECK(run(text) == Texts{"SELECT 1"});
    CHECK(off(text));
  }
  for (const char* const text :
       {"PRAGMA foreign_keys=ON", "PRAGMA foreign_keys", "SELECT 1; PRAGMA foreign_keys=OFF", ""}) {
    CAPTURE(std::string(text));
    CHECK_FALSE(off(text));
  }
  CHECK(run("PRAGMA foreign_keys=ON") == Texts{"PRAGMA foreign_keys=ON"});
  CHECK(run("SELECT 1; PRAGMA foreign_keys=OFF") == Texts{"SELECT 1", "PRAGMA foreign_keys=OFF"});
}

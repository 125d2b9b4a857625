// `corral d1 export` as a shell sees it.
#include <string>

#include <doctest/doctest.h>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;

TEST_CASE("d1 export: to a file or stdout, the same bytes, and back") {
  Shell shell;
  shell.corral({"d1", "create", "db"});
  CHECK(shell.corral({"d1", "export", "db", "--output", "-"}).out == "PRAGMA defer_foreign_keys=TRUE;");
  CHECK_FALSE(std::filesystem::exists(shell.folder() / ".wrangler/state/v3/d1"));
  shell.corral({"d1", "execute", "db", "--command",
                "create table t(a, b); insert into t values(1.0, 'x'), (9007199254740993, x'00'); create "
                "virtual table f using "
                "fts5(w); insert into f values('word'); create index i on t(a)"});
  ProcessResult result = shell.corral({"d1", "export", "db", "--output", "e.sql"});
  CHECK(result.status == 0);
  CHECK(result.out.empty());
  CHECK(result.err.empty());
  const std::string text = shell.read("e.sql");
  CHECK(text ==
        shell.corral({"d1", "export", "db", "--output", "-", "--compatibility", "sqlite3_cli_only"}).out);
  CHECK(text.find("VALUES(9007199254740993,X'00');") != std::string::npos);
  CHECK(shell
            .script("corral d1 create copy 2> /dev/null > /dev/null && corral d1 execute copy --file e.sql > "
                    "/dev/null && "
                    "corral d1 export copy --output - | cmp - e.sql && sqlite3 plain.sqlite < e.sql && "
                    "sqlite3 plain.sqlite "
                    "\"select w from f where f match 'word'\"")
            .out == "word\n");
}

TEST_CASE("d1 export: parts, and what cannot be") {
  Shell shell;
  shell.corral({"d1", "create", "db"});
  shell.corral({"d1", "execute", "db", "--command",
                "create table a(x); create table b(y); insert into a values(1); insert into b values(2)"});
  const std::string begin = "PRAGMA defer_foreign_keys=TRUE;";
  CHECK(shell.corral({"d1", "export", "db", "--output", "-", "--table", "b"}).out ==
        begin + "\nCREATE TABLE b(y);\nINSERT INTO \"b\" (\"y\") VALUES(2);");
  CHECK(shell.corral({"d1", "export", "db", "--output", "-", "--table", "a", "--table", "b", "--no-data"})
            .out == begin + "\nCREATE TABLE a(x);\nCREATE TABLE b(y);");
  CHECK(shell.corral({"d1", "export", "db", "--output", "-", "--no-schema", "--table", "a"}).out ==
        begin + "\nINSERT INTO \"a\" (\"x\") VALUES(1);");
  shell.write("kept.sql", "kept");
  for (const std::vector<std::string>& more : std::vector<std::vector<std::string>>{
           {"--no-schema", "--no-data"}, {"--table", "nope"}, {"--compatibility", "other"}, {"--remote"}}) {
    CAPTURE(more);
    std::vector<std::string> words = {"d1", "export", "db", "--output", "kept.sql"};
    words.insert(words.end(), more.begin(), more.end());
    CHECK(shell.corral(words).status == 1);
    CHECK(shell.read("kept.sql") == "kept");
  }
  CHECK(shell.corral({"d1", "export", "db"}).status == 1);
  CHECK(shell.corral({"d1", "export", "db", "--output", "no/such/folder.sql"}).status == 1);
  CHECK(shell.corral({"d1", "export", "db", "--output", ""}).status == 1);
}

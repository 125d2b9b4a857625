// `corral d1 shell`, in a pipe and on a terminal.
#include <string>

#include <doctest/doctest.h>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;

TEST_CASE("d1 shell: a pipe runs line by line and stops at the first mistake") {
  Shell shell;
  shell.corral({"d1", "create", "db"});
  ProcessResult result =
      shell.corral({"d1", "shell", "db", "--format", "raw"},
                   "create table t(a);\ninsert into t\nvalues(1),(2);\nselect sum(a) from t; select 'x;y';\n"
                   ".tables\n.mode csv\nselect 4 as n");
  CHECK(result.status == 0);
  CHECK(result.out == "3\nx;y\nt\nn\n4\n");
  result = shell.corral({"d1", "shell", "db", "--format", "raw"}, "select 1;\nselec;\nselect 2;\n");
  CHECK(result.status == 1);
  CHECK(result.out == "1\n");
  CHECK(shell.corral({"d1", "shell", "db"}, ".nope\n").status == 1);
  CHECK(shell.corral({"d1", "shell", "db"}, "attach 'x' as y;").status == 1);
  CHECK(shell.corral({"d1", "shell", "db"}, ".quit\nselec;\n").status == 0);
  CHECK(shell.corral({"d1", "shell", "db"}, "").status == 0);
  CHECK(shell.corral({"d1", "shell", "db"}, ".schema t\n").out == "CREATE TABLE t(a);\n");
}

TEST_CASE("d1 shell: a terminal has a prompt, goes on after a mistake, and takes SQL over several lines") {
  Shell shell;
  shell.corral({"d1", "create", "db"});
  const ProcessResult result = shell.on_terminal(
      {"d1", "shell", "db"}, "select 1 as\none;\nselec;\n.help\nselect 'é' as two;\n.quit\n");
  CHECK(result.status == 0);
  CHECK(result.screen.find("db> ") != std::string::npos);
  CHECK(result.screen.find("one") != std::string::npos);
  CHECK(result.screen.find(" near \"selec\": syntax error") != std::string::npos);
  CHECK(result.screen.find(".schema [TABLE]") != std::string::npos);
  CHECK(result.screen.find("two") != std::string::npos);
}

#include "commands/text/markdown.hpp"

#include <doctest/doctest.h>

using namespace corral;

TEST_CASE("text cannot become markup") {
  CHECK(markdown_text("0001_a.sql: drops \"a|b\"\n<b>@team</b>") ==
        "0001\\_a.sql: drops \"a\\|b\" \\<b\\>\\@team\\</b\\>");
  CHECK(markdown_text("a\x1b[31m") == "a\\\\x1b\\[31m");
  CHECK(markdown_text("Grüße") == "Grüße");
}

TEST_CASE("code keeps its backticks") {
  CHECK(markdown_code("a.sql") == "`a.sql`");
  CHECK(markdown_code("a`b``c") == "```a`b``c```");
  CHECK(markdown_code("`x") == "`` `x ``");
  CHECK(markdown_block("SELECT 1;\n", "sql") == "```sql\nSELECT 1;\n```\n");
  CHECK(markdown_block("-- ``` x", "sql") == "````sql\n-- ``` x\n````\n");
}

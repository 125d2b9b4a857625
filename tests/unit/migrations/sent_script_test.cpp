#include "migrations/sent_script.hpp"

#include <doctest/doctest.h>

using corral::migrations::finished_script;

TEST_CASE("a script gets the ';' that its last statement lacks, and nothing else") {
  CHECK(finished_script("") == "");
  CHECK(finished_script("-- nothing") == "-- nothing");
  CHECK(finished_script("SELECT 1;\r\n\r\n") == "SELECT 1;\r\n\r\n");
  CHECK(finished_script("SELECT 1; -- end") == "SELECT 1; -- end");
  CHECK(finished_script("SELECT 1") == "SELECT 1\n;");
  CHECK(finished_script("SELECT 1; SELECT ';' -- ;") == "SELECT 1; SELECT ';' -- ;\n;");
  CHECK(finished_script("CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END") ==
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END\n;");
}

#include "backends/cloudflare/d1_values.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace corral;
using namespace corral::cloudflare;
using Names = std::vector<std::string>;

TEST_CASE("parameters are numbered as SQLite numbers them") {
  CHECK(parameter_names("SELECT 1, '?', \":a\" -- ?\n /* :b */").empty());
  CHECK(parameter_names("SELECT ?, ?") == Names{"", ""});
  CHECK(parameter_names("SELECT :a, @b, $c, :a, ?") == Names{":a", "@b", "$c", ""});
  CHECK(parameter_names("SELECT ?3, ?, ?1") == Names{"?1", "", "?3", ""});
}

TEST_CASE("values go beside the SQL, and what JSON cannot hold into it") {
  const std::vector<SqlValue> values = {SqlValue::of_integer(7), SqlValue::of_text("it's"), SqlValue{},
                                        SqlValue::of_real(0.5)};
  CHECK(with_values("SELECT :a, ?, :c, :a, ?", values).dump() ==
        R"({"sql":"SELECT ?1, ?2, ?3, ?1, ?4","params":[7,"it's",null,0.5]})");
  CHECK(with_values("SELECT ?2, ?1", values).dump() == R"({"sql":"SELECT ?1, ?2","params":["it's",7]})");
  const std::vector<SqlValue> awkward = {SqlValue::of_blob(std::string("\0\xff", 2)),
                                         SqlValue::of_integer(9007199254740993), SqlValue::of_text("x")};
  CHECK(with_values("SELECT ?, ?, ?", awkward).dump() ==
        R"({"sql":"SELECT X'00ff', 9007199254740993, ?1","params":["x"]})");
  CHECK(with_values("SELECT 1", {}).dump() == R"({"sql":"SELECT 1"})");
}

TEST_CASE("literals stand in place of parameters") {
  CHECK(
      with_literals("INSERT INTO t VALUES(?, :b, '?')", {SqlValue::of_text("it's"), SqlValue::of_real(1)}) ==
      "INSERT INTO t VALUES('it''s', 1.0, '?')");
}

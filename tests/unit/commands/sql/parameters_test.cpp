#include "commands/sql/parameters.hpp"

#include <doctest/doctest.h>

using namespace corral;

TEST_CASE("a word of --param has JSON's type, or is text") {
  const auto type = [](const char* word) { return value_of_word(word).type; };
  CHECK(type("1") == SqlType::integer);
  CHECK(type("-5") == SqlType::integer);
  CHECK(type("9223372036854775807") == SqlType::integer);
  CHECK(value_of_word("9223372036854775807").integer == INT64_MAX);
  CHECK(type("9223372036854775808") == SqlType::real);
  CHECK(type("1.0") == SqlType::real);
  CHECK(type("1e3") == SqlType::real);
  CHECK(type("null") == SqlType::null);
  CHECK(value_of_word("true").integer == 1);
  CHECK(value_of_word("false").integer == 0);
  CHECK(type("Ada") == SqlType::text);
  CHECK(type("007") == SqlType::text);
  CHECK(value_of_word("\"1\"").bytes == "1");
  CHECK(value_of_word("\"1\"").type == SqlType::text);
  CHECK(value_of_word("[1, 2]").bytes == "[1, 2]");
  CHECK(value_of_word("").bytes.empty());
  CHECK(type("") == SqlType::text);
  CHECK(type("1 2") == SqlType::text);
}

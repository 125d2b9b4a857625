#include "commands/text/json_text.hpp"

#include <cmath>
#include <limits>
#include <string>

#include <doctest/doctest.h>

#include "backends/bytes/javascript_number.hpp"
#include "backends/error.hpp"
#include "commands/text/json_reader.hpp"

using namespace corral;

TEST_CASE("numbers are written as JavaScript writes them") {
  struct Case {
    double number;
    const char* text;
  };
  const Case cases[] = {
      {0, "0"},
      {-0.0, "0"},
      {1, "1"},
      {100.0, "100"},
      {1e20, "100000000000000000000"},
      {1e21, "1e+21"},
      {1.5e21, "1.5e+21"},
      {1e-6, "0.000001"},
      {1e-7, "1e-7"},
      {1.25e-9, "1.25e-9"},
      {0.1 + 0.2, "0.30000000000000004"},
      {-2.5, "-2.5"},
      {123456.789, "123456.789"},
      {9007199254740993.0, "9007199254740992"},
      {5e-324, "5e-324"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
  };
  for (const Case& one : cases) CHECK(javascript_number(one.number) == one.text);
  CHECK(javascript_number(std::numeric_limits<double>::infinity()) == "null");
  CHECK(javascript_number(std::nan("")) == "null");
}

TEST_CASE("JSON text has JSON.stringify's layout") {
  const Json value = parse_json(R"({"b": [1, 2.50, {"c": null}], "a": {}, "e": [], "t": "é\n\u0001"})", "it");
  CHECK(json_text(value, 0) == R"({"b":[1,2.5,{"c":null}],"a":{},"e":[],"t":"é\n\u0001"})");
  CHECK(json_text(parse_json(R"({"a":[1],"b":{}})", "it"), 2) ==
        "{\n  \"a\": [\n    1\n  ],\n  \"b\": {}\n}");
}

#include "commands/d1/row_source.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/failure.hpp"

using namespace corral;
using corral::testing::kind_of_failure;

namespace {

/// Each value as text, NULL as "(null)", bytes in brackets.
std::vector<std::vector<std::string>> all(d1::RowSource& rows) {
  std::vector<std::vector<std::string>> result;
  std::vector<SqlValue> row;
  while (rows.next(row)) {
    std::vector<std::string> texts;
    for (const SqlValue& value : row) {
      switch (value.type) {
        case SqlType::null: texts.emplace_back("(null)"); break;
        case SqlType::integer: texts.push_back(std::to_string(value.integer)); break;
        case SqlType::real: texts.push_back("real"); break;
        case SqlType::text: texts.push_back(value.bytes); break;
        case SqlType::blob: texts.push_back("[" + value.bytes + "]"); break;
      }
    }
    result.push_back(texts);
  }
  return result;
}

std::vector<std::vector<std::string>> csv(std::string_view text, char delimiter = ',') {
  MemorySource source(text);
  return all(*d1::read_csv(source, "x.csv", delimiter));
}

std::vector<std::vector<std::string>> json(std::string_view text) {
  MemorySource first(text);
  const std::vector<std::string> columns = d1::json_columns(first, "x.json");
  MemorySource second(text);
  return all(*d1::read_json(second, "x.json", columns));
}

using Rows = std::vector<std::vector<std::string>>;

}  // namespace

TEST_CASE("CSV: quotes, line breaks, NULL and empty text") {
  CHECK(csv("a,b\n1,2\n") == Rows{{"1", "2"}});
  CHECK(csv("a,b\r\n1,2\r\n3,4") == Rows{{"1", "2"}, {"3", "4"}});
  CHECK(csv("a,b\n,\"\"\n") == Rows{{"(null)", ""}});
  CHECK(csv("a\n\"x,y\"\n\"q\"\"q\"\n\"l\nb\"\n") == Rows{{"x,y"}, {"q\"q"}, {"l\nb"}});
  CHECK(csv("a,b\n  x , y \n") == Rows{{"  x ", " y "}});
  CHECK(csv("a;b\n1;2\n", ';') == Rows{{"1", "2"}});
  CHECK(csv("a,b\n").empty());
  // As Excel names the delimiter.
  CHECK(csv("sep=;\r\na;b\r\n1;2\r\n", ';') == Rows{{"1", "2"}});
  CHECK(csv("sep=,\na,b\n1,2\n") == Rows{{"1", "2"}});
  for (const char* const text : {"", "a,b\n1\n", "a,b\n1,2,3\n", "a\n\"open\n", "a\n\"x\"y\n"}) {
    CAPTURE(text);
    CHECK(kind_of_failure([&] { csv(text); }) == ErrorKind::invalid_input);
  }
}

TEST_CASE("CSV: the header tells what separates fields") {
  CHECK(d1::csv_delimiter("a,b\n1;2;3\n") == ',');
  CHECK(d1::csv_delimiter("a;b;c\n1,5;2,5;3,5\n") == ';');
  CHECK(d1::csv_delimiter("a\tb\r\n1\t2\r\n") == '\t');
  CHECK(d1::csv_delimiter("a|b") == '|');
  CHECK(d1::csv_delimiter("\"a,b,c\";\"d\"\n") == ';');
  CHECK(d1::csv_delimiter("\"line\nbreak;\",b\n") == ',');
  CHECK(d1::csv_delimiter("price, eur;name;qty\n") == ';');
  CHECK(d1::csv_delimiter("one\n1,2,3\n") == ',');
  CHECK(d1::csv_delimiter("a;b,c\n") == ',');
  CHECK(d1::csv_delimiter("sep=;\n\"a,b,c\"\n") == ';');
  CHECK(d1::csv_delimiter("") == ',');
}

TEST_CASE("CSV and JSON: every column has a name of its own") {
  const auto message = [](std::string_view text) {
    try {
      csv(text, text.find(';') != std::string_view::npos ? ';' : ',');
    } catch (const Error& error) {
      return error.message();
    }
    return std::string();
  };
  CHECK(message("a,,c\n1,2,3\n") == "x.csv: column 2 has no name in the header: a,,c");
  CHECK(message("a;b;\n") == "x.csv: column 3 has no name in the header: a;b;");
  CHECK(message("a,b,A\n1,2,3\n") == "x.csv: column \"A\" is there twice in the header: a,b,A");
  CHECK(message("a,\"\"\n").find("column 2 has no name") != std::string::npos);
  CHECK(message("a,b\n") == "");
  for (const char* const text : {R"([{"a":1},{"A":2}])", R"([{"":1}])"}) {
    CAPTURE(text);
    CHECK(kind_of_failure([&] { json(text); }) == ErrorKind::invalid_input);
  }
}

TEST_CASE("JSON: an array of objects, or one after the other") {
  CHECK(json(R"([{"a":1,"b":"x"},{"b":null,"c":true}])") ==
        Rows{{"1", "x", "(null)"}, {"(null)", "(null)", "1"}});
  CHECK(json("{\"a\":1}\n{\"a\":{\"b\":[\"}\"]}}\n") == Rows{{"1"}, {R"({"b":["}"]})"}});
  CHECK(json(R"([{"a":[65,66]},{"a":[]},{"a":[256]},{"a":1.5}])") ==
        Rows{{"[AB]"}, {"[]"}, {"[256]"}, {"real"}});
  CHECK(json("[]").empty());
  CHECK(json("").empty());
  for (const char* const text : {"[1]", "[{\"a\":1}", "{\"a\":", "[{\"a\":1,}]", "nonsense", "{\"a\":1} x"}) {
    CAPTURE(text);
    CHECK(kind_of_failure([&] { json(text); }) == ErrorKind::invalid_input);
  }
}

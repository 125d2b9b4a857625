#include "cli/config/jsonc.hpp"

#include <string>

#include <doctest/doctest.h>

#include "backends/error.hpp"

using namespace corral;
using namespace corral::config;

namespace {

std::string jsonc_failure(std::string_view text) {
  try {
    parse_jsonc(text, "wrangler.jsonc");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::invalid_input);
    return error.message();
  }
  return "no error";
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

}  // namespace

TEST_CASE("JSONC: comments, trailing commas and a byte order mark are taken") {
  const Value value = parse_jsonc(
      "\xEF\xBB\xBF// first\n{ /* in /* the */ \"a\": [1, 2.5e1, -3,], // end\n \"b\": {\"c\": null,}, }  "
      "/**/",
      "f");
  const Value* a = value.find("a");
  REQUIRE(a != nullptr);
  REQUIRE(a->items.size() == 3);
  CHECK(a->items[1].number == 25);
  CHECK(a->items[2].number == -3);
  REQUIRE(value.find("b") != nullptr);
  CHECK(value.find("b")->find("c")->type == Value::Type::null);
  CHECK(value.find("c") == nullptr);
}

TEST_CASE("JSONC: what looks like a comment in a string is text") {
  CHECK(parse_jsonc(R"({"url": "https://x/*y*/"})", "f").find("url")->text == "https://x/*y*/");
}

TEST_CASE("JSONC: escapes") {
  CHECK(parse_jsonc(R"("\"\\\/\b\f\n\r\t")", "f").text == "\"\\/\b\f\n\r\t");
  CHECK(parse_jsonc(R"("\u0041\u00e9\u65e5\ud83d\ude00")", "f").text == "Aé日😀");
  CHECK(parse_jsonc(R"("\ud83dx\ude00")", "f").text == "\uFFFDx\uFFFD");
}

TEST_CASE("JSONC: of a repeated name the last value counts, at the first one's place in the order") {
  const Value value = parse_jsonc(R"({"a": 1, "b": 2, "a": 3})", "f");
  REQUIRE(value.members.size() == 2);
  CHECK(value.members[0].name == "a");
  CHECK(value.members[0].value.number == 3);
}

TEST_CASE("JSONC: values know their line, column and bytes") {
  const std::string text = "{\n  // é\n  \"a\": [\n    true\n  ]\n}\n";
  const Value value = parse_jsonc(text, "f");
  const Value* a = value.find("a");
  REQUIRE(a != nullptr);
  CHECK(a->at.line == 3);
  CHECK(a->at.column == 8);
  CHECK(a->items.at(0).at.line == 4);
  CHECK(text.substr(a->begin, a->end - a->begin) == "[\n    true\n  ]");
}

TEST_CASE("JSONC: a syntax error names file, line and column and shows the line") {
  CHECK(jsonc_failure("{\n  \"a\": 1\n  \"b\": 2\n}") ==
        "wrangler.jsonc:3:3: ',' or '}' is expected here\n    \"b\": 2\n    ^");
  CHECK(jsonc_failure("") == "wrangler.jsonc:1:1: the config ends where a value should be\n  \n  ^");
  CHECK(jsonc_failure("{a: 1}") ==
        "wrangler.jsonc:1:2: a name in double quotes, or '}', is expected here\n  {a: 1}\n   ^");
  CHECK(jsonc_failure("[1 2]") == "wrangler.jsonc:1:4: ',' or ']' is expected here\n  [1 2]\n     ^");
  CHECK(jsonc_failure("{\"a\" 1}").find("1:6: ':' is expected after a name") != std::string::npos);
  CHECK(jsonc_failure("{\"a").find("this string does not end on its line") != std::string::npos);
  CHECK(jsonc_failure("[\"a\n\"]").find("1:3: this string does not end on its line") != std::string::npos);
  CHECK(jsonc_failure("[\"\\x\"]").find("there is no such escape") != std::string::npos);
  CHECK(jsonc_failure("[\"\\u12g4\"]").find("\\u needs four hex digits") != std::string::npos);
  CHECK(jsonc_failure("[\"\\").find("this string does not end") != std::string::npos);
  CHECK(jsonc_failure("[1e999]").find("this is not a number") != std::string::npos);
  CHECK(jsonc_failure("[1.2.3]").find("this is not a number") != std::string::npos);
  CHECK(jsonc_failure("[nil]").find("a value is expected here") != std::string::npos);
  CHECK(jsonc_failure("/* no end").find("1:1: this comment does not end") != std::string::npos);
  CHECK(jsonc_failure("{").find("this object does not end") != std::string::npos);
  CHECK(jsonc_failure("[").find("this array does not end") != std::string::npos);
  CHECK(jsonc_failure("{} {}").find("1:4: text follows the end of the config") != std::string::npos);
}

TEST_CASE("JSONC: the line that an error shows is cut and made safe for a terminal") {
  const std::string control = jsonc_failure("[\"\x1B[31m\" oops]");
  CHECK(control.find('\x1B') == std::string::npos);
  CHECK(control.find("\\x1b[31m") != std::string::npos);
  const std::string far = jsonc_failure("[" + std::string(100'000, ' ') + "oops" + std::string(100'000, ' '));
  CHECK(far.size() < 400);
  CHECK(far.find(":1:100002:") != std::string::npos);
  CHECK(far.find("oops") != std::string::npos);
}

TEST_CASE("JSONC: nesting has a limit and no depth crashes") {
  CHECK(parse_jsonc(nested(max_depth), "f").type == Value::Type::array);
  CHECK(jsonc_failure(nested(max_depth + 2)).find("nested more than 100 deep") != std::string::npos);
  CHECK(jsonc_failure(nested(10'000)).find("nested more than 100 deep") != std::string::npos);
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  CHECK(jsonc_failure(objects).find("nested more than 100 deep") != std::string::npos);
}

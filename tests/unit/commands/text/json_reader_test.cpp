#include "commands/text/json_reader.hpp"

#include <cmath>
#include <string>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "commands/text/json_text.hpp"
#include "tests/failure.hpp"
#include "tests/pieces.hpp"

using namespace corral;

namespace {

std::string compact(std::string_view text) {
  const std::string whole = json_text(parse_json(text, "it"), 0);
  testing::Pieces bytes(text, 1);
  JsonReader reader(bytes, "it", {});
  const std::string pieces = json_text(reader.read_document(), 0);
  reader.expect_end();
  CHECK(pieces == whole);
  return whole;
}

std::string mistake(std::string_view text) {
  const Error error = testing::failure_of([&] { parse_json(text, "it"); });
  CHECK(error.kind() == ErrorKind::invalid_input);
  testing::Pieces bytes(text, 1);
  const Error again = testing::failure_of([&] {
    JsonReader reader(bytes, "it", {});
    static_cast<void>(reader.read_document());
    reader.expect_end();
  });
  constexpr std::string_view lead = "it is not valid JSON: ";
  REQUIRE(error.message().starts_with(lead));
  // Only the character that is shown may be cut.
  CHECK(again.message().substr(0, again.message().rfind(':')) ==
        error.message().substr(0, error.message().rfind(':')));
  return error.message().substr(lead.size());
}

}  // namespace

TEST_CASE("JSON is read as JavaScript reads it") {
  CHECK(
      compact(
          R"( {"b": [1, 2.50, -0, 1E3, {"c": null}], "a": {}, "e": [ ], "t": "é\n\u0001", "f":false,"g":true} )") ==
      R"({"b":[1,2.5,0,1000,{"c":null}],"a":{},"e":[],"t":"é\n\u0001","f":false,"g":true})");
  CHECK(compact("\xEF\xBB\xBF\"x\"") == "\"x\"");
  CHECK(compact(R"("\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\ude00\u0000")") == R"("\"\\/\b\f\n\r\té€😀\u0000")");
  CHECK(compact(R"({"a":1,"b":2,"a":3})") == R"({"a":3,"b":2})");
  CHECK(compact("9007199254740993") == "9007199254740992");
  CHECK(compact("123456789012345678901234567890") == "1.2345678901234568e+29");
}

TEST_CASE("half of a surrogate pair becomes U+FFFD") {
  CHECK(compact(R"("\ud800")") == "\"\uFFFD\"");
  CHECK(compact(R"("\udc00")") == "\"\uFFFD\"");
  CHECK(compact(R"("a\ud800b")") == "\"a\uFFFDb\"");
  CHECK(compact(R"("\ud800\ud800")") == "\"\uFFFD\uFFFD\"");
  CHECK(compact(R"("\ud800\ud83d\ude00")") == "\"\uFFFD😀\"");
  CHECK(compact(R"("\ud800\u0041\ud800\n\ud800\"")") == "\"\uFFFDA\uFFFD\\n\uFFFD\\\"\"");
  CHECK(compact(R"({"\ud800":1})") == "{\"\uFFFD\":1}");
}

TEST_CASE("numbers beyond a double are infinite or zero, as in JavaScript") {
  struct Seen final : JsonVisitor {
    JsonNumber last;
    void null() override {}
    void boolean(bool) override {}
    void number(const JsonNumber& number) override { last = number; }
    void string(std::string&) override {}
    void name(std::string&) override {}
    void begin_object() override {}
    void end_object() override {}
    void begin_array() override {}
    void end_array() override {}
  };
  const auto number = [](std::string_view text) {
    Seen seen;
    JsonReader(text, "it").read(seen);
    return seen.last;
  };
  CHECK(number("1e400").value == INFINITY);
  CHECK(number("-1e400").value == -INFINITY);
  CHECK(number("1e-400").value == 0);
  CHECK(number(std::string(400, '9')).value == INFINITY);
  CHECK(number("9223372036854775807").whole == INT64_MAX);
  CHECK_FALSE(number("9223372036854775808").whole);
  CHECK_FALSE(number("1.0").whole);
  CHECK(number("-0").whole == 0);
  CHECK(std::signbit(number("-0").value));
  CHECK(compact("[1e400, -1e400]") == "[null,null]");
}

TEST_CASE("a mistake in JSON is named with line and column, in our own words") {
  CHECK(mistake(R"({"a": })") == "line 1, column 7: a value is expected, not '}'");
  CHECK(mistake("") == "line 1, column 1: it is empty");
  CHECK(mistake(" \n") == "line 2, column 1: it ends too early");
  CHECK(mistake("[1,\n 2") == "line 2, column 3: it ends too early");
  CHECK(mistake("[1,\n 2 3]") == "line 2, column 4: ',' or ']' is expected, not '3'");
  CHECK(mistake("[1,]") == "line 1, column 4: a value is expected, not ']'");
  CHECK(mistake("{'a':1}") == "line 1, column 2: a name in double quotes is expected, not a single quote");
  CHECK(mistake("{\"é😀\" 1}") == "line 1, column 7: ':' is expected, not '1'");
  CHECK(mistake("{\"a\":1,}") == "line 1, column 8: a name in double quotes is expected, not '}'");
  CHECK(mistake("[1]x") == "line 1, column 4: the end is expected, not 'x'");
  CHECK(mistake("nul") == "line 1, column 4: it ends too early");
  CHECK(mistake("nil") == "line 1, column 2: 'null' is expected, not 'i'");
  CHECK(mistake("NaN") == "line 1, column 1: a value is expected, not 'N'");
  CHECK(mistake("\"a") == "line 1, column 3: a string has no end");
  CHECK(mistake("\"a\nb\"") ==
        "line 1, column 3: a string has a control character as it is, and not as an escape (\\n)");
  CHECK(mistake(R"("\x41")") == "line 1, column 3: '\\x' is not an escape");
  CHECK(mistake(R"("\u12g4")") == "line 1, column 6: \\u needs four hexadecimal digits");
  CHECK(mistake("\"a\xFF\"") == "line 1, column 3: a string is not UTF-8: it has the byte 0xFF");
  CHECK(mistake("\"\xED\xA0\x80\"") == "line 1, column 2: a string is not UTF-8: it has the byte 0xED");
  CHECK(mistake(std::string_view("[\0]", 3)) == "line 1, column 2: a value is expected, not '\\x00'");
  for (const char* text : {"01", "-", "1.", ".5", "1e", "1e+", "-a", "+1", "1.e5", "0x10", "--1"}) {
    CAPTURE(text);
    CHECK(mistake(text).starts_with("line 1, column"));
  }
  CHECK(mistake("[1.]") == "line 1, column 2: '1.' is not a number");
}

TEST_CASE("JSON that is hostile is refused or read, in time and memory that follow its size") {
  for (const char* bracket : {"[", "{\"a\":"}) {
    std::string deep;
    for (int i = 0; i < 200'000; ++i) deep += bracket;
    CHECK(testing::failure_of([&] { parse_json(deep, "it"); }).kind() == ErrorKind::limit);
  }
  std::string deep(4999, '[');
  deep.append(4999, ']');
  CHECK(compact(deep) == deep);
  std::string members = "{";
  for (int i = 0; i < 200'000; ++i)
    members += "\"" + std::to_string(i % 150'000) + "\":" + std::to_string(i) + ",";
  members.back() = '}';
  const auto object = parse_json(members, "it");
  CHECK(object.size() == 150'000);
  CHECK(object[0].get<std::int64_t>() == 150'000);
  testing::Pieces endless("\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 1);
  JsonReader limited(endless, "it", {.value_bytes = 20});
  CHECK(testing::failure_of([&] { static_cast<void>(limited.read_document()); }).kind() == ErrorKind::limit);
}

TEST_CASE("items stand in an array or one after the other") {
  const auto items = [](std::string_view text) {
    testing::Pieces bytes(text, 1);
    JsonReader reader(bytes, "list", {});
    std::string all;
    while (reader.next_item()) all += json_text(reader.read_document(), 0) + ";";
    return all;
  };
  CHECK(items("[]").empty());
  CHECK(items(" \n").empty());
  CHECK(items("[1, [2], {\"a\":3}]\n") == "1;[2];{\"a\":3};");
  CHECK(items("{\"a\":1}\n\n{\"a\":2}{\"a\":3}\n") == "{\"a\":1};{\"a\":2};{\"a\":3};");
  const auto failing = [&](std::string_view text) {
    return testing::failure_of([&] { items(text); }).message();
  };
  CHECK(failing("[1,2") == "list is not valid JSON: line 1, column 5, item 1: it ends too early");
  CHECK(failing("[1,]").find("line 1, column 4, item 0: a value is expected") != std::string::npos);
  CHECK(failing("[1] 2").find("the end is expected") != std::string::npos);
  CHECK(failing("[1 2]").find("',' or ']' is expected") != std::string::npos);
  CHECK(failing("{\"a\":1}\n{\"a\" 2}").find("line 2, column 6, item 1") != std::string::npos);
}

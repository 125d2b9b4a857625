#include "backends/bytes/json.hpp"

#include <string>

#include <doctest/doctest.h>

namespace corral {
namespace {

TEST_CASE("members keep their order, or are sorted") {
  const nlohmann::ordered_json json = read_json(R"({ "b": [1, true], "a": "ä\u0001", "b2": {} })");
  CHECK(write_json(json) == R"({"b":[1,true],"a":"ä\u0001","b2":{}})");
  CHECK(write_json(nlohmann::json(json)) == R"({"a":"ä\u0001","b":[1,true],"b2":{}})");
  CHECK(write_json(read_json(R"({"a":[]})"), {.indent = 2}) == "{\n  \"a\": []\n}");
}

TEST_CASE("what is not JSON is no object, and throws when it is taken for one") {
  for (const char* text : {"", "{", "{}}", "nul", "\"\xff\"", "{\"a\":1,}"}) {
    CAPTURE(text);
    const nlohmann::ordered_json json = read_json(text);
    CHECK(json.is_discarded());
    CHECK_FALSE(json.is_object());
    CHECK_THROWS_AS((void)json.at("a"), nlohmann::json::exception);
    CHECK_THROWS_AS((void)json.value("a", 1), nlohmann::json::exception);
  }
}

TEST_CASE("bytes that are not UTF-8 are refused, or replaced") {
  const nlohmann::ordered_json json = std::string("a\xff");
  CHECK_THROWS_AS((void)write_json(json), nlohmann::json::type_error);
  CHECK(write_json(json, {.replace_invalid_utf8 = true}) == "\"a\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace corral

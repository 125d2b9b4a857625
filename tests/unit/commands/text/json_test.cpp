#include "commands/text/json.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"

using namespace corral;

TEST_CASE("JSON is built from values, pairs and elements") {
  CHECK(json_text(Json(), 0) == "null");
  CHECK(json_text(nullptr, 0) == "null");
  CHECK(json_text(true, 0) == "true");
  CHECK(json_text("text", 0) == "\"text\"");
  CHECK(json_text(-1, 0) == "-1");
  CHECK(json_text(0.5, 0) == "0.5");
  CHECK(json_text(std::size_t{7}, 0) == "7");
  CHECK(json_text({{"a", 1}, {"b", {1, 2}}, {"c", {{"d", nullptr}}}}, 0) ==
        R"({"a":1,"b":[1,2],"c":{"d":null}})");
  CHECK(json_text({"a", 1}, 0) == R"(["a",1])");
  CHECK(json_text({{"a", 1}, 2}, 0) == R"([["a",1],2])");
  CHECK(json_text({{"a", 1}, {"a", 2}}, 0) == R"({"a":1})");
  CHECK(json_text(Json::array({"a", 1}), 0) == R"(["a",1])");
  CHECK(json_text(Json::array(), 0) == "[]");
  CHECK(json_text(Json::object(), 0) == "{}");
  CHECK(json_text(std::vector<std::string>{"a", "b"}, 0) == R"(["a","b"])");
}

TEST_CASE("members keep their order and may be replaced, added and erased") {
  Json json;
  json["z"] = 1;
  json["a"] = "x";
  json["z"] = Json::array();
  json["z"].push_back(2);
  json["new"]["inner"] = true;
  CHECK(json_text(json, 0) == R"({"z":[2],"a":"x","new":{"inner":true}})");
  json.update({{"a", "y"}, {"b", nullptr}});
  CHECK(json_text(json, 0) == R"({"z":[2],"a":"y","new":{"inner":true},"b":null})");
  CHECK(json.erase("new"));
  CHECK(!json.erase("new"));
  CHECK(json_text(json, 0) == R"({"z":[2],"a":"y","b":null})");
  std::string names;
  for (const auto& [name, value] : json.items()) names += name + (value.is_null() ? "?" : "") + " ";
  CHECK(names == "z a b? ");
}

TEST_CASE("elements are visited, changed and erased") {
  Json json = {1, 2, 3};
  for (Json& one : json) one = one.get<std::int64_t>() * 2;
  json.erase(json.begin() + 1);
  CHECK(json_text(json, 0) == "[2,6]");
  CHECK(json[1].get<double>() == 6);
  CHECK(Json("text").empty());
  CHECK(Json("text").begin() == Json("text").end());
}

TEST_CASE("what is not there or of another type is an error, not a guess") {
  const Json json = {{"text", "x"}, {"number", -2}};
  CHECK(json.at("text") == "x");
  CHECK(!(json.at("number") == "-2"));
  CHECK(json["number"].get<std::int64_t>() == -2);
  CHECK(json.value("text", std::string("y")) == "x");
  CHECK(json.value("none", std::string("y")) == "y");
  CHECK(json.find("none") == json.end());
  CHECK(!Json(1).contains("none"));
  CHECK_THROWS_AS(static_cast<void>(json.at("none")), Error);
  CHECK_THROWS_AS(static_cast<void>(Json(1).at("none")), Error);
  CHECK_THROWS_AS(static_cast<void>(json.at("text").get<bool>()), Error);
  CHECK_THROWS_AS(static_cast<void>(json.at("text").get<double>()), Error);
  CHECK_THROWS_AS(static_cast<void>(json.at("number").get<std::string>()), Error);
  CHECK_THROWS_AS(static_cast<void>(json.at("number").get<std::vector<std::string>>()), Error);
  Json text = "x";
  CHECK_THROWS_AS(text.push_back(1), Error);
  CHECK_THROWS_AS(text["member"], Error);
}

TEST_CASE("numbers keep their kind") {
  constexpr std::uint64_t large = std::numeric_limits<std::uint64_t>::max();
  CHECK(Json(large).get<std::uint64_t>() == large);
  CHECK(Json(large).is_natural());
  CHECK(!Json(1).is_natural());
  CHECK(Json(1).is_whole());
  CHECK(!Json(1.0).is_whole());
  CHECK(Json(1.0).is_number());
  CHECK(!Json(true).is_number());
  CHECK(Json(1.75).get<std::int64_t>() == 1);
}

TEST_CASE("copies are apart, and moving leaves null") {
  Json first = {{"list", {1}}};
  const Json second = first;
  first["list"].push_back(2);
  CHECK(json_text(second, 0) == R"({"list":[1]})");
  const Json third = std::move(first);
  CHECK(first.is_null());  // NOLINT(bugprone-use-after-move): it is promised
  CHECK(json_text(third, 0) == R"({"list":[1,2]})");
  Json nested = {{"inner", {{"x", 1}}}};
  nested = nested["inner"];
  CHECK(json_text(nested, 0) == R"({"x":1})");
}

TEST_CASE("depth is not limited by the stack when JSON is destroyed") {
  Json json = Json::array();
  for (int i = 0; i < 1'000'000; ++i) {
    Json outer = Json::array();
    outer.push_back(std::move(json));
    json = std::move(outer);
  }
  CHECK(json.size() == 1);
}

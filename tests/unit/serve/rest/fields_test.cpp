#include "serve/rest/fields.hpp"

#include <functional>
#include <string>

#include <doctest/doctest.h>

#include "commands/text/json_reader.hpp"
#include "serve/rest/refusal.hpp"

namespace corral::serve::rest {

namespace {

std::string refusal(const std::function<void()>& work) {
  try {
    work();
  } catch (const Refusal& refused) {
    CHECK(refused.status() == 400);
    CHECK(refused.code() == 7);
    return refused.message();
  }
  return "none";
}

}  // namespace

TEST_CASE("the members of a request's object") {
  const Json json =
      parse_json(R"({"t":"x","e":"","n":5,"f":1.5,"b":true,"a":["p","q"],"o":{},"z":null})", "it");
  const Fields fields(json, 7);
  CHECK(fields.text("t") == "x");
  CHECK(fields.text_if_any("e") == "");
  CHECK(fields.text_if_any("z") == std::nullopt);
  CHECK(fields.number("n", 0, 9) == 5);
  CHECK(fields.number("none", 0, 9) == std::nullopt);
  CHECK(fields.flag("b") == true);
  CHECK(fields.texts("a")->size() == 2);
  CHECK(fields.object("o") != nullptr);
  CHECK(fields.array("none") == nullptr);
  CHECK(refusal([&] { (void)fields.text("e"); }) == "\"e\" is missing");
  CHECK(refusal([&] { (void)fields.text("n"); }) == "\"n\" must be a string");
  CHECK(refusal([&] { (void)fields.number("n", 6, 9); }) == "\"n\" must be a whole number from 6 to 9");
  CHECK(refusal([&] { (void)fields.number("f", 0, 9); }) == "\"f\" must be a whole number from 0 to 9");
  CHECK(refusal([&] { (void)fields.number("t", 0, 9); }) == "\"t\" must be a whole number from 0 to 9");
  CHECK(refusal([&] { (void)fields.flag("t"); }) == "\"t\" must be true or false");
  CHECK(refusal([&] { (void)fields.texts("o"); }) == "\"o\" must be an array");
  CHECK(refusal([&] { (void)fields.object("a"); }) == "\"a\" must be an object");
}

TEST_CASE("what is no object has no members") {
  for (const char* text : {"[]", "7", "null", "\"x\""}) {
    const Json json = parse_json(text, "it");
    CHECK(refusal([&] { const Fields fields(json, 7); }) == "a JSON object was expected");
  }
}

}  // namespace corral::serve::rest

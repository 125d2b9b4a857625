#include "commands/kv/pair_reader.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "backends/error.hpp"

using namespace corral;
using namespace corral::kv;

namespace {

constexpr UnixMillis reading_time = 1'800'000'000'000;

struct Collected final : PairVisitor {
  std::vector<Pair> pairs;
  std::vector<std::string> mistakes;
  std::vector<std::string> unknown;
  std::size_t expired = 0;

  void pair(const Pair& pair) override { pairs.push_back(pair); }
  void bad_item(std::size_t index, const std::string& reason) override {
    mistakes.push_back(std::to_string(index) + ": " + reason);
  }
  void unknown_property(std::size_t, const std::string& name) override { unknown.push_back(name); }
  void expired_item(std::size_t) override { ++expired; }
  void read_up_to(std::uint64_t) override {}
};

Collected pairs_of(std::string_view text, bool skip_expired = false) {
  Collected collected;
  MemorySource source(text);
  read_pairs(source, "pairs.json", reading_time, skip_expired, collected);
  return collected;
}

}  // namespace

TEST_CASE("pairs are read from an array and from lines") {
  for (const char* text :
       {R"([{"key":"a","value":"1"},{"key":"b","value":""}])",
        "{\"key\":\"a\",\"value\":\"1\"}\n\n{\"key\":\"b\",\"value\":\"\"}\n",
        "\xEF\xBB\xBF [ {\"key\":\"a\",\"value\":\"1\"} , {\"key\":\"b\",\"value\":\"\"} ] \n"}) {
    const Collected collected = pairs_of(text);
    REQUIRE(collected.pairs.size() == 2);
    CHECK(collected.pairs[0].entry.key == "a");
    CHECK(collected.pairs[0].value == "1");
    CHECK(collected.pairs[1].index == 1);
    CHECK(collected.pairs[1].value.empty());
    CHECK(collected.mistakes.empty());
  }
  CHECK(pairs_of("[]").pairs.empty());
}

TEST_CASE("metadata is kept as compact JSON, expirations in milliseconds") {
  const Collected collected = pairs_of(
      R"([{"key":"a","value":"1","metadata":{"n": 1.50, "l": [1, [2, {"x": null}], "é"], "o": {"p": {}, "q": true}}},
          {"key":"b","value":"1","expiration_ttl":60},
          {"key":"c","value":"1","expiration":1800000060,"metadata":null},
          {"key":"d","value":"1","expiration":1900000000,"expiration_ttl":100,"metadata":[1,2]}])");
  REQUIRE(collected.pairs.size() == 4);
  CHECK(collected.pairs[0].entry.metadata == R"({"n":1.5,"l":[1,[2,{"x":null}],"é"],"o":{"p":{},"q":true}})");
  CHECK(collected.pairs[1].entry.expiration == reading_time + 60'000);
  CHECK(collected.pairs[2].entry.expiration == reading_time + 60'000);
  CHECK_FALSE(collected.pairs[2].entry.metadata);
  CHECK(collected.pairs[3].entry.expiration == reading_time + 100'000);
  CHECK(collected.pairs[3].entry.metadata == "[1,2]");
}

TEST_CASE("base64 values become bytes") {
  const Collected collected =
      pairs_of(R"([{"key":"a","value":"AP8=","base64":true},{"key":"b","value":"AP8=","base64":false},
                                       {"key":"c","value":"no!","base64":true}])");
  REQUIRE(collected.pairs.size() == 2);
  CHECK(collected.pairs[0].value == std::string("\0\xFF", 2));
  CHECK(collected.pairs[1].value == "AP8=");
  CHECK(collected.mistakes == std::vector<std::string>{"2: \"value\" is not base64"});
}

TEST_CASE("base64 values may have line breaks, as base64 prints them, and any padding") {
  for (const char* text :
       {"QUJD\\nRA==", "QUJD\\r\\nRA==\\n", " QUJD RA", "QUJDRA", "QUJDRA====", "QUJ\\tDRA="}) {
    CAPTURE(text);
    const Collected collected =
        pairs_of(std::string(R"([{"key":"a","base64":true,"value":")") + text + "\"}]");
    REQUIRE(collected.pairs.size() == 1);
    CHECK(collected.pairs[0].value == "ABCD");
  }
}

TEST_CASE("half a surrogate pair and numbers without end are stored as wrangler stores them") {
  const Collected collected =
      pairs_of(R"([{"key":"k\ud800","value":"\udc00v","metadata":{"n":1e400,"\ud800":"\ud800"}}])");
  REQUIRE(collected.pairs.size() == 1);
  CHECK(collected.pairs[0].entry.key == "k\uFFFD");
  CHECK(collected.pairs[0].value == "\uFFFDv");
  CHECK(collected.pairs[0].entry.metadata == "{\"n\":null,\"\uFFFD\":\"\uFFFD\"}");
  CHECK(pairs_of(R"([{"key":"a","value":"1","expiration":1e400}])").mistakes ==
        std::vector<std::string>{"0: \"expiration\" must be a whole number of seconds"});
}

TEST_CASE("an object in the place of a list is one mistake") {
  for (const char* text : {"{}", R"({"a":"1","b":"2","c":{"key":"x"}})", R"("text")", "17"}) {
    CAPTURE(text);
    Collected collected;
    MemorySource source(text);
    try {
      read_pairs(source, "pairs.json", reading_time, false, collected);
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.message() == "pairs.json is not a list of pairs");
    }
  }
  // A single pair is a list of one line.
  CHECK(pairs_of(R"({"key":"a","value":"1"})").pairs.size() == 1);
}

TEST_CASE("every bad item is reported with its index, and the good ones still come") {
  const Collected collected = pairs_of(
      R"([1, "x", null, [], [{"key":"n","value":"n"}], {}, {"key":"a"}, {"value":"1"}, {"key":1,"value":"1"},
          {"key":"a","value":{}}, {"key":"a","value":"1","expiration":"5"}, {"key":"a","value":"1","expiration":5},
          {"key":"a","value":"1","expiration_ttl":59}, {"key":"a","value":"1","expiration_ttl":60.5},
          {"key":"..","value":"1"}, {"key":"a","value":"1","base64":"yes"}, {"key":"good","value":"1","more":[{"x":1}]}])");
  CHECK(collected.mistakes.size() == 16);
  CHECK(collected.mistakes[0].rfind("0: it is not an object", 0) == 0);
  CHECK(collected.mistakes[4].rfind("4: it is not an object", 0) == 0);
  REQUIRE(collected.pairs.size() == 1);
  CHECK(collected.pairs[0].index == 16);
  CHECK(collected.unknown == std::vector<std::string>{"more"});
}

TEST_CASE("expired items can be left out") {
  const Collected collected =
      pairs_of(R"([{"key":"a","value":"1","expiration":5},{"key":"b","value":"1"}])", true);
  CHECK(collected.expired == 1);
  CHECK(collected.pairs.size() == 1);
}

TEST_CASE("what is not a list of pairs is refused with the line") {
  for (const char* text :
       {"", "   ", "[{\"key\":\"a\",\"value\":\"1\"}", "[1,]", "[] x", "{\"key\":", "nul", "\xFF"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(pairs_of(text), Error);
  }
  try {
    pairs_of("[\n{\"key\":\"a\",\n\"value\" 1}]");
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.message() ==
          "pairs.json is not valid JSON: line 3, column 9, item 0: ':' is expected, not '1'");
  }
}

TEST_CASE("deep and long metadata is refused, not kept") {
  std::string deep = R"([{"key":"a","value":"1","metadata":)";
  deep.append(100'000, '[').append(100'000, ']').append("}]");
  const Collected collected = pairs_of(deep);
  REQUIRE(collected.mistakes.size() == 1);
  CHECK(collected.mistakes[0].find("metadata") != std::string::npos);
}

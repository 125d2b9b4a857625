#include <doctest/doctest.h>

#include "tests/unit/test_context.hpp"

using namespace corral;
using corral::testing::Ran;
using corral::testing::TestContext;
using nlohmann::json;

namespace {

struct Bucket : TestContext {
  Bucket() { output("r2 bucket create files"); }
  void put(const std::string& key) { output("r2 object put files/" + key + " --pipe", "body"); }
  std::string names() { return output("r2 object list files --names"); }
  Ran lifecycle() { return run("r2 bucket lifecycle run files"); }
};

}  // namespace

TEST_CASE("lifecycle run deletes an object at the age of its rule, not before") {
  Bucket bucket;
  bucket.output("r2 bucket lifecycle add files old logs/ --expire-days 30");
  bucket.put("logs/a");
  bucket.put("other");
  bucket.time.advance(one_day);
  bucket.put("logs/b");
  bucket.time.advance(29 * one_day - 1);
  CHECK(json::parse(bucket.lifecycle().out).empty());
  bucket.time.advance(1);
  const json plan = bucket.answer("r2 bucket lifecycle run files --dry-run");
  REQUIRE(plan.size() == 1);
  CHECK(plan[0]["key"] == "logs/a");
  CHECK(bucket.names() == "logs/a\nlogs/b\nother\n");
  CHECK(json::parse(bucket.lifecycle().out) == plan);
  CHECK(bucket.names() == "logs/b\nother\n");
  // What is written again is new.
  bucket.put("logs/b");
  bucket.time.advance(one_day);
  CHECK(json::parse(bucket.lifecycle().out).empty());
}

TEST_CASE("a rule with a date acts from that day on, on everything") {
  Bucket bucket;
  bucket.put("a");
  bucket.output("r2 bucket lifecycle add files end --expire-date 2026-03-01");
  bucket.time.set(1'772'323'200'000 - 1);  // 2026-03-01T00:00:00Z
  CHECK(json::parse(bucket.lifecycle().out).empty());
  bucket.time.advance(1);
  CHECK(json::parse(bucket.lifecycle().out).size() == 1);
  CHECK(bucket.names().empty());
}

TEST_CASE("lifecycle run spares what a lock rule still covers") {
  Bucket bucket;
  bucket.put("a");
  bucket.output("r2 bucket lifecycle add files old --expire-days 30");
  bucket.output("r2 bucket lock add files keep --retention-days 40");
  bucket.time.advance(30 * one_day);
  const Ran locked = bucket.lifecycle();
  CHECK(json::parse(locked.out).empty());
  REQUIRE(locked.notes.size() == 1);
  CHECK(locked.notes[0].find("1 are locked") != std::string::npos);
  bucket.time.advance(10 * one_day);
  CHECK(json::parse(bucket.lifecycle().out).size() == 1);
}

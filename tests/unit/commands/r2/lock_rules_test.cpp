#include "commands/r2/lock_rules.hpp"

#include <string>

#include <doctest/doctest.h>

#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"
#include "tests/failure.hpp"

using namespace corral;
using namespace corral::r2;
using namespace corral::testing;

namespace {

ObjectInfo object(const std::string& key, UnixMillis uploaded = 1'000) {
  ObjectInfo object;
  object.key = key;
  object.uploaded = uploaded;
  return object;
}

LockRule rule(LockRule::Kind kind) {
  LockRule rule;
  rule.id = "a";
  rule.kind = kind;
  return rule;
}

}  // namespace

TEST_CASE("a rule locks until its age, its date, or for ever") {
  LockRule age = rule(LockRule::Kind::age);
  age.max_age_seconds = 60;
  CHECK(is_locked(age, object("k"), 60'999));
  CHECK_FALSE(is_locked(age, object("k"), 61'000));
  LockRule date = rule(LockRule::Kind::date);
  date.date = 5'000;
  CHECK(is_locked(date, object("k"), 4'999));
  CHECK_FALSE(is_locked(date, object("k"), 5'000));
  CHECK(is_locked(rule(LockRule::Kind::indefinite), object("k"), INT64_MAX));
}

TEST_CASE("a rule locks what begins with its prefix, and nothing once it is off") {
  LockRule prefixed = rule(LockRule::Kind::indefinite);
  prefixed.prefix = "keep/";
  CHECK(is_locked(prefixed, object("keep/a"), 0));
  CHECK(is_locked(prefixed, object("keep/"), 0));
  CHECK_FALSE(is_locked(prefixed, object("keep"), 0));
  CHECK_FALSE(is_locked(prefixed, object("a/keep/"), 0));
  prefixed.enabled = false;
  CHECK_FALSE(is_locked(prefixed, object("keep/a"), 0));
}

TEST_CASE("rules come back as they were read") {
  const Json json = parse_json(R"({"rules":[
    {"id":"a","enabled":true,"prefix":"p/","condition":{"type":"Age","maxAgeSeconds":60}},
    {"id":"b","enabled":false,"condition":{"type":"Date","date":"2199-01-01T00:00:00.000Z"}},
    {"id":"c","enabled":true,"condition":{"type":"Indefinite"}}]})",
                               "it");
  CHECK(json_text(lock_rules_as_json(parse_lock_rules(json)), 0) == json_text(json, 0));
}

TEST_CASE("what is no lock rule is refused") {
  for (const char* wrong : {"[]", "{}", R"({"rules":[5]})", R"({"rules":[{"id":"a"}]})",
                            R"({"rules":[{"condition":{"type":"Indefinite"}}]})",
                            R"({"rules":[{"id":"","condition":{"type":"Indefinite"}}]})",
                            R"({"rules":[{"id":"a","condition":{"type":"Never"}}]})",
                            R"({"rules":[{"id":"a","condition":{"type":"Age"}}]})",
                            R"({"rules":[{"id":"a","condition":{"type":"Age","maxAgeSeconds":0}}]})",
                            R"({"rules":[{"id":"a","prefix":5,"condition":{"type":"Indefinite"}}]})",
                            R"({"rules":[{"id":"a","condition":{"type":"Date","date":"soon"}}]})"}) {
    CAPTURE(wrong);
    CHECK(kind_of_failure([&] { parse_lock_rules(parse_json(wrong, "it")); }) == ErrorKind::invalid_input);
  }
  CHECK(
      kind_of_failure([&] {
        parse_lock_rules(parse_json(
            R"({"rules":[{"id":"a","condition":{"type":"Indefinite"}},{"id":"a","condition":{"type":"Indefinite"}}]})",
            "it"));
      }) == ErrorKind::conflict);
}

TEST_CASE("the guard of a bucket's settings refuses what any rule locks, and names the rule") {
  CHECK(lock_guard(Json::object(), "b", 0) == nullptr);
  CHECK(lock_guard(parse_json(R"({"lock":{"rules":[]}})", "it"), "b", 0) == nullptr);
  const Json settings = parse_json(R"({"lock":{"rules":[
    {"id":"first","prefix":"x/","condition":{"type":"Indefinite"}},
    {"id":"second","condition":{"type":"Age","maxAgeSeconds":60}}]}})",
                                   "it");
  const auto guard = lock_guard(settings, "b", 61'000);
  REQUIRE(guard != nullptr);
  guard->check(object("k", 1'000));
  const Error error = failure_of([&] { guard->check(object("k", 1'001)); });
  CHECK(error.kind() == ErrorKind::denied);
  CHECK(error.message() == "the object \"k\" is locked by rule \"second\" of R2 bucket b");
  CHECK(failure_of([&] { guard->check(object("x/k", 1'000)); }).message().find("\"first\"") !=
        std::string::npos);
}

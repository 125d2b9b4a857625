#include "commands/r2/lifecycle_rules.hpp"

#include <string>

#include <doctest/doctest.h>

#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"
#include "tests/failure.hpp"

using namespace corral;
using namespace corral::r2;
using namespace corral::testing;

namespace {

/// Lifecycle rules with one rule that has these fields beside its id.
Json with(const std::string& fields) {
  return parse_json(R"({"rules":[{"id":"a",)" + fields + "}]}", "it");
}

LifecycleRule parsed(const std::string& fields) {
  return parse_lifecycle_rules(with(fields)).at(0);
}

const std::string expire_30_days =
    R"("deleteObjectsTransition":{"condition":{"type":"Age","maxAge":2592000}})";

}  // namespace

TEST_CASE("a moment by age comes with the last millisecond of the age, one by date for all at once") {
  const LifecycleMoment age{60, 0};
  CHECK_FALSE(age.has_come(1'000, 60'999));
  CHECK(age.has_come(1'000, 61'000));
  CHECK(LifecycleMoment{0, 0}.has_come(1'000, 1'000));
  const LifecycleMoment date{{}, 5'000};
  CHECK_FALSE(date.has_come(1'000, 4'999));
  CHECK(date.has_come(1'000, 5'000));
  CHECK(date.has_come(9'000, 5'000));
}

TEST_CASE("each kind of transition is read") {
  const LifecycleRule expire = parsed(R"("conditions":{"prefix":"logs/"},)" + expire_30_days);
  CHECK(expire.id == "a");
  CHECK(expire.enabled);
  CHECK(expire.prefix == "logs/");
  REQUIRE(expire.expire);
  CHECK(expire.expire->max_age_seconds == 2'592'000);
  CHECK_FALSE(expire.infrequent_access);
  CHECK_FALSE(expire.abort_multipart_after);

  const LifecycleRule others = parsed(
      R"("enabled":false,
         "storageClassTransitions":[{"storageClass":"InfrequentAccess","condition":{"type":"Date","date":"2030-01-31"}}],
         "abortMultipartUploadsTransition":{"condition":{"type":"Age","maxAge":0}})");
  CHECK_FALSE(others.enabled);
  CHECK(others.prefix.empty());
  CHECK_FALSE(others.expire);
  REQUIRE(others.infrequent_access);
  CHECK(others.infrequent_access->date == 1'896'048'000'000);
  CHECK(others.abort_multipart_after == 0);
}

TEST_CASE("rules come back as they were read") {
  const Json json = parse_json(R"({"rules":[
    {"id":"all","enabled":true,"conditions":{"prefix":"p/"},
     "deleteObjectsTransition":{"condition":{"type":"Date","date":"2199-01-01T00:00:00.000Z"}},
     "storageClassTransitions":[{"condition":{"type":"Age","maxAge":86400},"storageClass":"InfrequentAccess"}],
     "abortMultipartUploadsTransition":{"condition":{"type":"Age","maxAge":604800}}},
    {"id":"one","enabled":false,"conditions":{},
     "deleteObjectsTransition":{"condition":{"type":"Age","maxAge":1}}}]})",
                               "it");
  CHECK(json_text(lifecycle_rules_as_json(parse_lifecycle_rules(json)), 0) == json_text(json, 0));
  CHECK(json_text(lifecycle_rules_as_json({}), 0) == R"({"rules":[]})");
}

TEST_CASE("what a rule does, in words") {
  CHECK(lifecycle_action(parsed(expire_30_days)) == "Expire objects after 30 days");
  LifecycleRule rule;
  rule.expire = LifecycleMoment{90, 0};
  rule.infrequent_access = LifecycleMoment{{}, 1'896'048'000'000};
  rule.abort_multipart_after = 86'400;
  CHECK(lifecycle_action(rule) ==
        "Expire objects after 90 seconds, Transition to Infrequent Access on 2030-01-31, Abort multipart "
        "uploads after 1 days");
}

TEST_CASE("what is wrong in a rule is named") {
  const auto message = [](const Json& json) {
    return failure_of([&] { parse_lifecycle_rules(json); }).message();
  };
  CHECK(message(with(R"("enabled":true)")).find("lifecycle rule 1: the rule does nothing") == 0);
  CHECK(message(with(R"("enabled":1,)" + expire_30_days)) ==
        "lifecycle rule 1: enabled must be true or false");
  CHECK(message(with(R"("deleteObjectsTransition":{"condition":{"type":"Never"}})"))
            .find("type must be Age or Date") != std::string::npos);
  CHECK(
      message(with(R"("abortMultipartUploadsTransition":{"condition":{"type":"Date","date":"2030-01-31"}})"))
          .find("type must be Age") != std::string::npos);
  for (const std::string wrong :
       {R"("deleteObjectsTransition":{})", R"("deleteObjectsTransition":{"condition":{"type":"Age"}})",
        R"("deleteObjectsTransition":{"condition":{"type":"Age","maxAge":-1}})",
        R"("deleteObjectsTransition":{"condition":{"type":"Age","maxAge":1.5}})",
        R"("deleteObjectsTransition":{"condition":{"type":"Date","date":"soon"}})",
        R"("storageClassTransitions":{})",
        R"("storageClassTransitions":[{"storageClass":"Glacier","condition":{"type":"Age","maxAge":1}}])"}) {
    CAPTURE(wrong);
    CHECK(kind_of_failure([&] { parse_lifecycle_rules(with(wrong)); }) == ErrorKind::invalid_input);
  }
  for (const char* wrong : {"[]", "{}", R"({"rules":{}})", R"({"rules":[5]})"}) {
    CAPTURE(wrong);
    CHECK(kind_of_failure([&] { parse_lifecycle_rules(parse_json(wrong, "it")); }) ==
          ErrorKind::invalid_input);
  }
  Json twice = with(expire_30_days);
  twice["rules"].push_back(Json(twice["rules"][0]));
  CHECK(kind_of_failure([&] { parse_lifecycle_rules(twice); }) == ErrorKind::conflict);
}

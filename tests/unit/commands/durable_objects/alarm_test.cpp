#include <doctest/doctest.h>

#include "tests/unit/test_context.hpp"

using namespace corral;
using corral::testing::TestContext;

namespace {

void write_project(const TestContext& context) {
  context.write("wrangler.json", R"({"name":"app",
      "durable_objects":{"bindings":[{"name":"COUNTER","class_name":"Counter"}]},
      "migrations":[{"tag":"v1","new_sqlite_classes":["Counter"]}]})");
}

}  // namespace

TEST_CASE("an alarm is set for a date, a number of milliseconds, or a length of time from now") {
  TestContext context;
  write_project(context);
  const auto scheduled = [&](const std::string& when) {
    context.output("do alarm set Counter --name a " + when);
    return context.answer("do alarm get Counter --name a")["scheduled_time"].get<UnixMillis>();
  };
  CHECK(scheduled("--in 90s") == context.time.now() + 90'000);
  context.time.advance(5);
  CHECK(scheduled("--in 2w") == context.time.now() + UnixMillis{14} * 86'400'000);
  CHECK(scheduled("2030-01-31T12:00:00Z") == 1'896'091'200'000);
  CHECK(scheduled("1896091200000") == 1'896'091'200'000);
  CHECK(scheduled("2030-01-31") == 1'896'048'000'000);
  for (const std::string wrong : {"", "soon", "--in soon", "2030-01-31 --in 1h", "--in 0s", "9999-01-01"}) {
    CAPTURE(wrong);
    CHECK(context.run("do alarm set Counter --name a " + wrong).status == 1);
  }
  CHECK(context.answer("do alarm get Counter --name a")["scheduled_time"] == 1'896'048'000'000);
  context.output("do alarm delete Counter --name a");
  CHECK(context.answer("do alarm get Counter --name a")["scheduled_time"].is_null());
}

#include <doctest/doctest.h>

#include "tests/unit/test_context.hpp"

using namespace corral;
using corral::testing::Ran;
using corral::testing::TestContext;

TEST_CASE("a lock by age lets go of each object at its own time") {
  TestContext context;
  context.output("r2 bucket create files");
  context.output("r2 bucket lock add files rule keep/ --retention-days 2");
  context.output("r2 object put files/keep/old --pipe", "1");
  context.time.advance(one_day);
  context.output("r2 object put files/keep/new --pipe", "1");
  context.time.advance(one_day - 1);
  const Ran refused = context.run("r2 object delete files/keep/old");
  CHECK(refused.status == 1);
  REQUIRE(refused.failure);
  CHECK(refused.failure->kind() == ErrorKind::denied);
  context.time.advance(1);
  CHECK(context.run("r2 object put files/keep/new --pipe", "2").status == 1);
  context.output("r2 object put files/keep/old --pipe", "2");
  // Overwritten, it is a new object, which is locked again.
  CHECK(context.run("r2 object delete files/keep/old").status == 1);
  context.time.advance(2 * one_day);
  context.output("r2 object delete files/keep/old");
  context.output("r2 object delete files/keep/new");
}

TEST_CASE("a lock until a date lets go of everything on that day") {
  TestContext context;
  context.output("r2 bucket create files");
  context.output("r2 object put files/a --pipe", "1");
  context.output("r2 bucket lock add files rule --retention-date 2026-03-01");
  context.time.set(1'772'323'200'000 - 1);  // 2026-03-01T00:00:00Z
  CHECK(context.run("r2 object delete files/a").status == 1);
  context.time.advance(1);
  context.output("r2 object delete files/a");
}

#include <doctest/doctest.h>

#include "tests/unit/test_context.hpp"

using namespace corral;
using corral::testing::TestContext;

namespace {

constexpr UnixMillis hour = UnixMillis{3'600} * 1000;

std::size_t queries(TestContext& context, const std::string& period) {
  return context.answer("d1 insights my-db --limit 100 --json --time-period " + period).size();
}

}  // namespace

TEST_CASE("insights count what ran within the period, to the hour") {
  TestContext context;
  context.output("d1 create my-db");
  context.output("d1 execute my-db --command 'CREATE TABLE t (a)'");
  context.time.advance(2 * hour);
  context.output("d1 execute my-db --command 'SELECT a FROM t'");
  CHECK(queries(context, "1h") == 1);
  CHECK(queries(context, "2h") == 2);
  CHECK(queries(context, "1d") == 2);
  context.time.advance(hour);
  CHECK(queries(context, "1h") == 1);
  context.time.advance(hour);
  CHECK(queries(context, "1h") == 0);
  CHECK(queries(context, "3h") == 1);
  CHECK(context.answer("d1 insights my-db --json").size() == 2);  // of one day
  context.time.advance(24 * hour);
  CHECK(context.answer("d1 insights my-db --json").empty());
}

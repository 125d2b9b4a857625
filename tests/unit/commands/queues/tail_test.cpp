#include <sstream>

#include <doctest/doctest.h>

#include "tests/unit/test_context.hpp"

using namespace corral;
using corral::testing::Ran;
using corral::testing::TestContext;
using nlohmann::json;

namespace {

std::string bodies(const std::string& lines) {
  std::string bodies;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);)
    bodies += json::parse(line)["body"].get<std::string>() + " ";
  return bodies;
}

}  // namespace

TEST_CASE("tail prints what is sent while it runs, takes nothing, and ends after --for") {
  TestContext context;
  context.output("queues create q");
  context.output("queues send q before");
  const UnixMillis start = context.time.now();
  context.time.after_wait = [&] {
    const UnixMillis passed = context.time.now() - start;
    if (passed == 200) context.output("queues send q one");
    if (passed == 400) context.output("queues send q two");
  };
  CHECK(bodies(context.output("queues tail q --for 600")) == "one two ");
  CHECK(context.time.now() == start + 600'000);
  CHECK(context.answer("queues info q")["ready"] == 3);
  CHECK(bodies(context.output("queues tail q --from-start --for 0")) == "before one two ");
}

TEST_CASE("tail without --for runs until Ctrl-C, and has printed what came before it") {
  TestContext context;
  context.output("queues create q");
  int waits = 0;
  context.time.after_wait = [&] {
    ++waits;
    if (waits == 2) context.output("queues send q x");
    if (waits == 5) context.interrupted = true;
  };
  const Ran ran = context.run("queues tail q");
  CHECK(ran.status == 130);
  CHECK(bodies(ran.out) == "x ");
  CHECK(waits == 5);
}

// Keys with an expiry, read before and after it.
#include "commands/kv/expiry.hpp"

#include <doctest/doctest.h>

#include "tests/unit/test_context.hpp"

using namespace corral;
using corral::testing::Ran;
using corral::testing::TestContext;

namespace {

void bind_namespace(const TestContext& context) {
  context.write("wrangler.json", R"({"kv_namespaces":[{"binding":"CACHE","id":"c"}]})");
}

std::string names(TestContext& context, const std::string& flags) {
  std::string names;
  for (const auto& key : context.answer("kv key list --binding CACHE" + flags))
    names += key["name"].get<std::string>() + " ";
  return names;
}

}  // namespace

TEST_CASE("a key with a --ttl is there to its last millisecond and gone from then on") {
  for (const std::string backend : {"wrangler", "lmdb"}) {
    CAPTURE(backend);
    TestContext context;
    bind_namespace(context);
    const std::string flags = " --backend " + backend;
    context.output("kv key put brief x --ttl 60 --binding CACHE" + flags);
    context.output("kv key put lasting y --binding CACHE" + flags);
    context.time.advance(60 * one_second - 1);
    CHECK(context.output("kv key get brief --binding CACHE" + flags) == "x");
    CHECK(names(context, flags) == "brief lasting ");
    context.time.advance(1);
    const Ran gone = context.run("kv key get brief --binding CACHE" + flags);
    CHECK(gone.status == 1);
    REQUIRE(gone.failure);
    CHECK(gone.failure->kind() == ErrorKind::not_found);
    CHECK(gone.out.empty());
    CHECK(names(context, flags) == "lasting ");
  }
}

TEST_CASE("--expiration is a moment; one less than 60 seconds away is refused") {
  TestContext context;
  bind_namespace(context);
  const UnixMillis now_seconds = context.time.now() / one_second;
  const auto put = [&](UnixMillis expiration) {
    return context
        .run("kv key put k v --binding CACHE --expiration " + std::to_string(now_seconds + expiration))
        .status;
  };
  CHECK(put(59) == 1);
  CHECK(put(0) == 1);
  CHECK(put(-1) == 1);
  CHECK(put(60) == 0);
  CHECK(context.answer("kv key list --binding CACHE")[0]["expiration"] == now_seconds + 60);
  context.time.advance(60 * one_second);
  CHECK(names(context, "") == "");
  // A new value takes the key's place, without what the old one had.
  context.output("kv key put k new --binding CACHE");
  context.time.advance(365 * 86'400 * one_second);
  CHECK(context.output("kv key get k --binding CACHE") == "new");
}

TEST_CASE("bulk put refuses what has expired, or leaves it out when asked") {
  TestContext context;
  bind_namespace(context);
  const std::string pairs = R"([{"key":"old","value":"1","expiration":)" +
                            std::to_string(context.time.now() / one_second - 1) +
                            R"(},{"key":"new","value":"2"}])";
  CHECK(context.run("kv bulk put - --binding CACHE", pairs).status == 1);
  CHECK(names(context, "") == "");
  context.output("kv bulk put - --skip-expired --binding CACHE", pairs);
  CHECK(names(context, "") == "new ");
}

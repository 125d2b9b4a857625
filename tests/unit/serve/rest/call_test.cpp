#include "serve/rest/call.hpp"

#include <functional>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "serve/rest/transfers.hpp"
#include "tests/unit/test_context.hpp"

namespace corral::serve::rest {

using corral::testing::TestContext;

namespace {

/// A call with a query and a body.
struct Asked {
  explicit Asked(const std::string& query, std::string body = {})
      : content(std::move(body)), source(content) {
    request.body = &source;
    call.query = http::parse_parameters(query);
  }
  TestContext context;
  Site site;
  Transfers transfers;
  Jobs jobs;
  std::string content;
  MemorySource source;
  Request request;
  Call call{.request = request, .context = context, .site = site, .transfers = transfers, .jobs = jobs};
};

std::string span_of(const std::string& query, std::size_t total) {
  Asked asked(query);
  const NumberedPage page(asked.call, 20, 100, 7);
  return fmt::format("{}-{}", page.first(total), page.end(total));
}

int status_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Refusal& refusal) {
    CHECK(refusal.code() == 7);
    return refusal.status();
  }
  return 200;
}

}  // namespace

TEST_CASE("numbered pages") {
  CHECK(span_of("", 50) == "0-20");
  CHECK(span_of("page=3", 50) == "40-50");
  CHECK(span_of("page=4", 50) == "50-50");
  CHECK(span_of("page=2147483647&per_page=100", 50) == "50-50");
  CHECK(span_of("per_page=100", 0) == "0-0");
  Asked asked("page=2&per_page=30");
  const Json info = NumberedPage(asked.call, 20, 100, 7).info(50);
  CHECK(info.at("count").get<std::int64_t>() == 20);
  CHECK(info.at("total_pages").get<std::int64_t>() == 2);
  for (const char* query : {"page=0", "page=-1", "page=x", "page=1.5", "page=99999999999999999999",
                            "per_page=0", "per_page=101", "page=%00"})
    CHECK(status_of([&] { span_of(query, 50); }) == 400);
}

TEST_CASE("a body as JSON, within its limits") {
  CHECK(Asked("", "{\"a\":1}").call.json(7).at("a").get<std::int64_t>() == 1);
  const auto status = [](std::string body, std::uint64_t limit) {
    return status_of([&] { (void)Asked("", std::move(body)).call.json(7, limit); });
  };
  CHECK(status("{", 100) == 400);
  CHECK(status("{}x", 100) == 400);
  CHECK(status("\"\xff\"", 100) == 400);
  CHECK(status(std::string(101, ' '), 100) == 413);
  CHECK(status(std::string(10'000, '[') + std::string(10'000, ']'), 100'000) == 413);
  CHECK(status(std::string(900, '[') + std::string(900, ']'), 100'000) == 200);
}

}  // namespace corral::serve::rest

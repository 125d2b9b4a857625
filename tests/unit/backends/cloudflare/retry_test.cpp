#include "backends/cloudflare/retry.hpp"

#include <doctest/doctest.h>

#include "backends/cloudflare/request_budget.hpp"

using namespace corral;
using namespace corral::cloudflare;
using http::Failure;

TEST_CASE("what may be sent again") {
  const auto again = [](FailedAttempt failed, bool repeatable) {
    return pause_before_retry(failed, repeatable, 1, 1).has_value();
  };
  for (const int status : {500, 502, 503, 504}) {
    CAPTURE(status);
    CHECK(again({.status = status}, true));
    CHECK_FALSE(again({.status = status}, false));
  }
  for (const int status : {200, 301, 400, 401, 403, 404, 408, 409, 413, 501}) {
    CAPTURE(status);
    CHECK_FALSE(again({.status = status}, true));
  }
  CHECK(again({.status = 429}, true));
  CHECK(again({.status = 429}, false));
  CHECK(again({.failure = Failure::not_sent}, false));
  CHECK(again({.failure = Failure::no_answer}, true));
  CHECK(again({.failure = Failure::broken_answer}, true));
  CHECK_FALSE(again({.failure = Failure::no_answer}, false));
  CHECK_FALSE(again({.failure = Failure::broken_answer}, false));
  CHECK_FALSE(again({.failure = Failure::untrusted}, true));
}

TEST_CASE("pauses grow, have jitter and end") {
  const FailedAttempt failed{.status = 503};
  CHECK(pause_before_retry(failed, true, 1, 1) == 500);
  CHECK(pause_before_retry(failed, true, 2, 1) == 1000);
  CHECK(pause_before_retry(failed, true, 3, 1) == 2000);
  CHECK(pause_before_retry(failed, true, 3, 0) == 1000);
  CHECK(pause_before_retry(failed, true, 1, 0.5) == 375);
  CHECK_FALSE(pause_before_retry(failed, true, max_attempts, 1));
  CHECK(pause_before_retry({.status = 429, .retry_after = 7000}, true, 1, 1) == 7000);
  CHECK(pause_before_retry({.status = 429, .retry_after = 0}, true, 1, 1) == 0);
  CHECK_FALSE(pause_before_retry({.status = 429, .retry_after = 61'000}, true, 1, 1));
}

TEST_CASE("Retry-After is seconds or a date") {
  constexpr UnixMillis now = 784'111'770'000;  // 7 seconds before the date
  CHECK(parse_retry_after("0", now) == 0);
  CHECK(parse_retry_after("120", now) == 120'000);
  CHECK(parse_retry_after("-5", now) == 0);
  CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now) == 7000);
  CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now + 60'000) == 0);
  CHECK_FALSE(parse_retry_after("soon", now));
  CHECK_FALSE(parse_retry_after("", now));
  CHECK_FALSE(parse_retry_after("1.5", now));
  CHECK_FALSE(parse_retry_after("99999999999999999999", now));
}

TEST_CASE("no more than 1,200 requests in five minutes") {
  RequestBudget budget;
  constexpr UnixMillis start = 1'000'000;
  for (std::size_t i = 0; i < budget_requests; ++i)
    CHECK(budget.take(start + static_cast<UnixMillis>(i)) == 0);
  CHECK(budget.take(start + 2000) == budget_period - 2000);
  CHECK(budget.take(start + budget_period - 1) == 1);
  CHECK(budget.take(start + budget_period) == 0);
  CHECK(budget.take(start + budget_period) == 1);
}

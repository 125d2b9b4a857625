#include "backends/http/date.hpp"

#include <doctest/doctest.h>

using namespace corral;

TEST_CASE("HTTP dates are written and read as RFC 9110 has them") {
  CHECK(http::http_date(1'956'528'000'000) == "Thu, 01 Jan 2032 00:00:00 GMT");
  CHECK(http::http_date(784'111'777'999) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(http::http_date(-1) == "Wed, 31 Dec 1969 23:59:59 GMT");
  CHECK(http::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784'111'777'000);
  CHECK_FALSE(http::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT+1"));
  CHECK_FALSE(http::parse_http_date("1994-11-06T08:49:37Z"));
  CHECK_FALSE(http::parse_http_date(""));
}

#include "backends/cloudflare/r2_usage.hpp"

#include <doctest/doctest.h>

using corral::cloudflare::count_with_commas;
using corral::cloudflare::decimal_size;

TEST_CASE("counts have a comma before each three digits") {
  CHECK(count_with_commas(0) == "0");
  CHECK(count_with_commas(999) == "999");
  CHECK(count_with_commas(1000) == "1,000");
  CHECK(count_with_commas(12'345) == "12,345");
  CHECK(count_with_commas(1'234'567) == "1,234,567");
}

TEST_CASE("sizes have three digits of a decimal unit, as wrangler writes them") {
  CHECK(decimal_size(0) == "0 B");
  CHECK(decimal_size(999) == "999 B");
  CHECK(decimal_size(1000) == "1 kB");
  CHECK(decimal_size(1'502'000) == "1.5 MB");
  CHECK(decimal_size(1'550'000) == "1.55 MB");
  CHECK(decimal_size(999'999) == "1000 kB");
  CHECK(decimal_size(123'456'789) == "123 MB");
  CHECK(decimal_size(5'368'709'120'123) == "5.37 TB");
}

#include "serve/http/request_headers.hpp"

#include <doctest/doctest.h>

using namespace corral;
using Etags = std::vector<std::string>;

TEST_CASE("Range: from, from and to, the last bytes") {
  const auto both = serve::parse_range("bytes=10-19");
  REQUIRE(both);
  CHECK(both->offset == 10U);
  CHECK(both->length == 10U);
  const auto from = serve::parse_range("bytes=10-");
  REQUIRE(from);
  CHECK(from->offset == 10U);
  CHECK_FALSE(from->length);
  const auto last = serve::parse_range("bytes=-5");
  REQUIRE(last);
  CHECK(last->suffix == 5U);
}

TEST_CASE("Range: all bytes up to the largest number are no empty range") {
  const auto all = serve::parse_range("bytes=0-18446744073709551615");
  REQUIRE(all);
  CHECK(all->offset == 0U);
  CHECK_FALSE(all->length);
}

TEST_CASE("Range: what is not one range of bytes is ignored") {
  for (const char* value : {"", "bytes", "bytes=", "bytes=-", "bytes=5", "bytes=9-3", "bytes=a-b",
                            "bytes=0-1,3-4", "bytes=0x1-2", "bytes=1-99999999999999999999", "items=0-1"})
    CHECK_FALSE(serve::parse_range(value));
}

TEST_CASE("If-Match: lists of etags, weak ones and stars") {
  CHECK(serve::parse_etags("\"a\"") == Etags{"a"});
  CHECK(serve::parse_etags(" W/\"a\" , \"b\",c,,") == Etags{"a", "b", "c"});
  CHECK(serve::parse_etags("*") == Etags{"*"});
  CHECK(serve::parse_etags("").empty());
}

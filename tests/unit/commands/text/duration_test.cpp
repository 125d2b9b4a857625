#include "commands/text/duration.hpp"

#include <string>

#include <doctest/doctest.h>

#include "tests/failure.hpp"

using namespace corral;
using namespace corral::testing;

TEST_CASE("lengths of time with a unit") {
  CHECK(parse_duration("1s", "--in") == 1'000);
  CHECK(parse_duration("90s", "--in") == 90'000);
  CHECK(parse_duration("30m", "--in") == 1'800'000);
  CHECK(parse_duration("12h", "--in") == 43'200'000);
  CHECK(parse_duration("7d", "--in") == 604'800'000);
  CHECK(parse_duration("2w", "--in") == 1'209'600'000);
  CHECK(parse_duration("1000000w", "--in") == 604'800'000'000'000);
}

TEST_CASE("anything else is refused, with the name of the flag") {
  for (const std::string wrong : {"", "s", "5", "5 s", " 5s", "5s ", "5S", "5ms", "5y", "0s", "-5s", "+5s",
                                  "1.5h", "1h30m", "0x5s", "1000001s", "99999999999999999999s"}) {
    CAPTURE(wrong);
    const Error error = failure_of([&] { parse_duration(wrong, "--in"); });
    CHECK(error.kind() == ErrorKind::usage);
    CHECK(error.message().find("--in") != std::string::npos);
  }
}

#include "commands/text/moment.hpp"

#include <doctest/doctest.h>

#include "commands/r2/mime_types.hpp"
#include "tests/failure.hpp"

using namespace corral;
using namespace corral::testing;

TEST_CASE("moments in ISO 8601 and as HTTP dates") {
  constexpr UnixMillis noon = 1'896'091'200'000;  // date -d '2030-01-31T12:00:00Z' +%s
  CHECK(r2::moment_of("2030-01-31T12:00:00Z") == noon);
  CHECK(r2::moment_of("2030-01-31T12:00:00.25Z") == noon + 250);
  CHECK(r2::moment_of("2030-01-31T12:00:00.123456Z") == noon + 123);
  CHECK(r2::moment_of("2030-01-31 12:00") == noon);
  CHECK(r2::moment_of("2030-01-31T14:00:00+02:00") == noon);
  CHECK(r2::moment_of("2030-01-31T06:30:00-0530") == noon);
  CHECK(r2::moment_of("2030-01-31") == noon - 12 * 3'600'000);
  CHECK(r2::moment_of("Thu, 31 Jan 2030 12:00:00 GMT") == noon);
  CHECK(r2::moment_of("1969-12-31T23:59:59Z") == -1000);
  CHECK(r2::moment_of("2028-02-29").has_value());
  for (const char* wrong :
       {"", "soon", "2030", "2030-1-1", "2030-13-01", "2029-02-29", "2030-01-31T25:00", "2030-01-31T12",
        "2030-01-31T12:00:00.Z", "2030-01-31T12:00:00Zx", "2030-01-31T12:00:00+2",
        "Thu, 31 Jan 2030 12:00:00", "31 Jan 2030", "Thu, 31 Feb 2030 12:00:00 GMT", "1896091200"}) {
    CAPTURE(wrong);
    CHECK_FALSE(r2::moment_of(wrong));
    CHECK(kind_of_failure([&] { r2::parse_moment(wrong, "--expires"); }) == ErrorKind::usage);
  }
}

TEST_CASE("media types by extension") {
  CHECK(r2::media_type_of("a.html") == "text/html");
  CHECK(r2::media_type_of("a.b/C.JPEG") == "image/jpeg");
  CHECK(r2::media_type_of("x.tar.gz") == "application/gzip");
  CHECK(r2::media_type_of("7z.7z") == "application/x-7z-compressed");
  CHECK(r2::media_type_of("z.zst") == "application/zstd");
  for (const char* none : {"", "html", "a.", "a.html/b", "a.unknown", ".", "a.html "}) {
    CAPTURE(none);
    CHECK_FALSE(r2::media_type_of(none));
  }
}

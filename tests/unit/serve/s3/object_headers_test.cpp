#include "serve/s3/object_headers.hpp"

#include <doctest/doctest.h>

namespace corral::serve::s3 {

TEST_CASE("why a read does not get the object") {
  ObjectInfo object;
  object.etag = "e";
  object.uploaded = 10'000;
  CHECK(status_of_failed({.etag_matches = {"x"}}, object) == 412);
  CHECK(status_of_failed({.etag_does_not_match = {"e"}}, object) == 304);
  CHECK(status_of_failed({.not_written_since = 9'000}, object) == 412);
  CHECK(status_of_failed({.written_since = 10'500}, object) == 304);
  CHECK(status_of_failed({.etag_matches = {"x"}, .etag_does_not_match = {"e"}}, object) == 412);
}

TEST_CASE("times of conditions count by the second") {
  ObjectInfo object;
  object.uploaded = 10'900;
  CHECK(hold({.not_written_since = 10'000}, &object));
  CHECK_FALSE(hold({.not_written_since = 9'999}, &object));
  CHECK_FALSE(hold({.written_since = 10'000}, &object));
  CHECK(hold({.written_since = 9'999}, &object));
  CHECK(hold({.not_written_since = 0}, nullptr));
}

}  // namespace corral::serve::s3

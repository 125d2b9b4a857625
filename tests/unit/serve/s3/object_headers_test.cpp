#include "serve/s3/object_headers.hpp"

#include <doctest/doctest.h>

namespace corral::serve::s3 {

TEST_CASE("text in headers: ISO-8859-1 on the wire, UTF-8 in the state") {
  CHECK(text_of_header("plain") == "plain");
  CHECK(text_of_header("caf\xE9") == "caf\xC3\xA9");
  CHECK(text_of_header("caf\xC3\xA9") == "caf\xC3\xA9");
  CHECK(text_of_header("=?UTF-8?B?w6TigqwK?=") == "\xC3\xA4\xE2\x82\xAC\n");
  CHECK(text_of_header("=?UTF-8?B?/w==?=") == "=?UTF-8?B?/w==?=");
  CHECK(header_text("plain") == "plain");
  CHECK(header_text("caf\xC3\xA9") == "caf\xE9");
  CHECK(text_of_header(header_text("\xE2\x82\xAC")) == "\xE2\x82\xAC");
  CHECK(header_text("\xE2\x82\xAC") == "=?UTF-8?B?4oKs?=");
}

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

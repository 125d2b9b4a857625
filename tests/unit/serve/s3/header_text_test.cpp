#include "serve/s3/header_text.hpp"

#include <doctest/doctest.h>

namespace corral::serve::s3 {

TEST_CASE("text in headers: ISO-8859-1 on the wire, UTF-8 in the state") {
  CHECK(text_of_header("plain") == "plain");
  CHECK(text_of_header("caf\xE9") == "caf\xC3\xA9");
  CHECK(text_of_header("caf\xC3\xA9") == "caf\xC3\xA9");
  CHECK(header_text("plain") == "plain");
  CHECK(header_text("caf\xC3\xA9") == "caf\xE9");
  CHECK(text_of_header(header_text("\xE2\x82\xAC")) == "\xE2\x82\xAC");
  CHECK(header_text("\xE2\x82\xAC") == "=?UTF-8?B?4oKs?=");
}

TEST_CASE("encoded words are decoded, whichever way and wherever they stand") {
  CHECK(text_of_header("=?UTF-8?B?w6TigqwK?=") == "\xC3\xA4\xE2\x82\xAC\n");
  CHECK(text_of_header("=?utf-8?q?caf=C3=A9_au_lait?=") == "caf\xC3\xA9 au lait");
  CHECK(text_of_header("a =?UTF-8?B?Yg==?= c") == "a b c");
  CHECK(text_of_header("=?UTF-8?B?YQ==?= =?UTF-8?Q?b?=") == "ab");
  CHECK(text_of_header("100% =?UTF-8?Q?50%?=") == "100% 50%");
}

TEST_CASE("what is no encoded word stays as it is") {
  for (const char* text : {"=?UTF-8?B?/w==?=", "=?UTF-8?B?****?=", "=?UTF-8?X?YQ==?=", "=?UTF-8?B?YQ==",
                           "=?UTF-8?", "=?", "=?=", "a=?b", "=?UTF-8?Q?=FF?=", "=?ISO-8859-1?Q?a?="}) {
    CAPTURE(text);
    CHECK(text_of_header(text) == text);
  }
}

TEST_CASE("names of headers") {
  CHECK(is_header_name("plain-1_x"));
  for (const char* name : {"", "a b",
                           "gr\xC3\xB6\xC3\x9F"
                           "e",
                           "a:b", "a\n"})
    CHECK_FALSE(is_header_name(name));
}

}  // namespace corral::serve::s3

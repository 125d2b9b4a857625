#include "backends/bytes/text.hpp"

#include <doctest/doctest.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/hashing.hpp"

using namespace corral;

TEST_CASE("well-formed UTF-8 is told from ill-formed") {
  for (const char* text : {"", "plain", "é", "日本", "😀", "\xF4\x8F\xBF\xBF"}) CHECK(is_utf8(text));
  for (const char* text : {"\x80", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                           "\xFF", "a\xE2\x82"}) {
    CHECK_FALSE(is_utf8(text));
  }
}

TEST_CASE("stored text is shown without control characters") {
  CHECK(shown("plain é 😀") == "plain é 😀");
  CHECK(shown("a\nb\tc\r\x1B[31m") == "a\\nb\\tc\\r\\x1b[31m");
  CHECK(shown(std::string_view("\0", 1)) == "\\x00");
  CHECK(shown("\xFF\xC2\x85\x7F\\") == "\\xff\\u0085\\u007f\\\\");
  // Right-to-left override, and an isolate; a mark that merely helps is left alone.
  CHECK(shown("a\u202Eb\u2066c\u2069 \u200F\u2029") == "a\\u202eb\\u2066c\\u2069 \u200F\u2029");
}

TEST_CASE("first_characters counts code points") {
  CHECK(first_characters("été", 2) == "ét");
  CHECK(first_characters("ab", 9) == "ab");
  CHECK(first_characters("\xFF\xFE", 1) == "\xFF");
}

TEST_CASE("the end of a prefix is the least text after all that start with it") {
  CHECK(end_of_prefix("a") == "b");
  CHECK(end_of_prefix("a/") == "a0");
  CHECK(end_of_prefix("a\x7F") == "a\x80");
  CHECK(end_of_prefix("a\xFF\xFF") == "b");
  CHECK_FALSE(end_of_prefix("\xFF"));
  CHECK_FALSE(end_of_prefix(""));
}

TEST_CASE("base64 goes there and back") {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (std::size_t length = 0; length <= all.size(); ++length) {
    const std::string bytes = all.substr(0, length);
    CHECK(base64_decode(base64_encode(bytes)) == bytes);
    CHECK(base64_decode(base64url_encode(bytes)) == bytes);
  }
  CHECK(base64_encode("light w") == "bGlnaHQgdw==");  // RFC 4648's kind of example
  for (const char* text :
       {"QUJDRA==", "QUJDRA", "QUJDRA=", "QUJDRA====", "QUJD\nRA==\n", " Q U\tJ\r\nDRA = ="})
    CHECK(base64_decode(text) == "ABCD");
  CHECK(base64_decode("-_8=") == base64_decode("+/8="));
  CHECK(base64_decode("") == "");
  CHECK_FALSE(base64_decode("a"));
  CHECK_FALSE(base64_decode("ab!d"));
  CHECK_FALSE(base64_decode("YQ==YQ=="));
}

TEST_CASE("hashes match published vectors") {
  CHECK(hex(sha256("abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180-4
  const std::string key(20, '\x0b');                                          // RFC 4231, case 1
  const std::string data = "Hi There";
  const auto bytes = [](const std::string& text) {
    return std::span(reinterpret_cast<const unsigned char*>(text.data()), text.size());
  };
  CHECK(hex(hmac_sha256(bytes(key), bytes(data))) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  const std::string long_key(131, '\xaa');  // RFC 4231, case 6
  CHECK(hex(hmac_sha256(bytes(long_key), bytes("Test Using Larger Than Block-Size Key - Hash Key First"))) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

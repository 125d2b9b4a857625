#include "commands/d1/text_encoding.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/pieces.hpp"

using namespace corral;
using corral::testing::Pieces;
using d1::TextEncoding;

namespace {

/// The text, or the message of the error.
std::string text(std::string_view bytes, TextEncoding encoding, std::size_t piece = 1000) {
  Pieces source(bytes, piece);
  try {
    return read_all(*d1::as_utf8(source, encoding, "x.csv"), 1 << 20, "it");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::invalid_input);
    return error.message();
  }
}

using std::string_literals::operator""s;

}  // namespace

TEST_CASE("text is converted, in whatever pieces it comes") {
  for (const std::size_t piece : {1U, 2U, 3U, 1000U}) {
    CAPTURE(piece);
    CHECK(text("na\xEFve \x80\x99\n", TextEncoding::windows_1252, piece) ==
          "na\xC3\xAFve \xE2\x82\xAC\xE2\x84\xA2\n");
    CHECK(text("\x81\xFF", TextEncoding::windows_1252, piece) == "\xC2\x81\xC3\xBF");
    CHECK(text("\xFF\xFE"
               "a\0\xE9\0\x3D\xD8\x00\xDE\n\0"s,
               TextEncoding::utf16_le, piece) == "a\xC3\xA9\xF0\x9F\x98\x80\n");
    CHECK(text("\xFE\xFF\0a\0\xE9\xD8\x3D\xDE\x00"s, TextEncoding::utf16_be, piece) ==
          "a\xC3\xA9\xF0\x9F\x98\x80");
    CHECK(text("\xEF\xBB\xBF"
               "a,b",
               TextEncoding::utf8, piece) == "a,b");
    CHECK(text("\xEF\xBB", TextEncoding::utf8, piece).find("line 1, column 1") != std::string::npos);
    CHECK(text("ab\ncaf\xE9,", TextEncoding::utf8, piece).find("line 2, column 4 has the byte 0xE9") !=
          std::string::npos);
    CHECK(text("a\0\n\0b\0\x3D\xD8x\0"s, TextEncoding::utf16_le, piece).find("line 2, column 2") !=
          std::string::npos);
    CHECK(text("a\0b"s, TextEncoding::utf16_le, piece).find("half of a character") != std::string::npos);
    CHECK(text("a\0\x3D\xD8"s, TextEncoding::utf16_le, piece).find("half of a surrogate pair") !=
          std::string::npos);
    CHECK(text("", TextEncoding::utf16_le, piece).empty());
  }
}

TEST_CASE("UTF-16 is recognised, with a byte order mark and without") {
  CHECK(d1::encoding_of("\xFF\xFE"
                        "a\0"s) == TextEncoding::utf16_le);
  CHECK(d1::encoding_of("\xFE\xFF\0a"s) == TextEncoding::utf16_be);
  CHECK(d1::encoding_of("i\0d\0,\0"s) == TextEncoding::utf16_le);
  CHECK(d1::encoding_of("\0i\0d"s) == TextEncoding::utf16_be);
  for (const std::string& bytes : {""s, "a"s, "id,name"s, "\xEF\xBB\xBFid"s, "caf\xE9"s, "a\0b"s})
    CHECK(d1::encoding_of(bytes) == TextEncoding::utf8);
  CHECK(d1::encoding_of_name("utf-16", "\0i\0d"s) == TextEncoding::utf16_be);
  CHECK(d1::encoding_of_name("utf-16", "\xE9\x60\x7D\x59"s) == TextEncoding::utf16_le);
  CHECK(d1::encoding_of_name("latin1", "") == TextEncoding::windows_1252);
}

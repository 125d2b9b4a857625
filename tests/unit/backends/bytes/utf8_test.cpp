#include "backends/bytes/utf8.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

using namespace corral;

namespace {

/// The error for a text fed in pieces of the given size; "" if it is UTF-8.
std::string complaint(std::string_view text, std::size_t piece) {
  Utf8Check check("x.sql");
  try {
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
      check.check(text.substr(0, piece));
    check.end();
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::invalid_input);
    return error.message();
  }
  return "";
}

}  // namespace

TEST_CASE("UTF-8 in pieces: line and column of the first wrong byte, wherever the pieces are cut") {
  struct Case {
    const char* text;
    const char* place;  ///< "" if it is UTF-8
  };
  const Case cases[] = {
      {"plain\ntext", ""},
      {"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80", ""},
      {"caf\xE9", "line 1, column 4 has the byte 0xE9"},
      {"\xC3\xA9\xC3\xA9\n\xE2\x82\xAC\xFF", "line 2, column 2 has the byte 0xFF"},
      {"a\nb\n12345678\x80", "line 3, column 9 has the byte 0x80"},
      {"\xC0\x80", "line 1, column 1 has the byte 0xC0"},
      {"x\xED\xA0\x80", "line 1, column 2 has the byte 0xED"},
      {"x\xF4\x90\x80\x80", "line 1, column 2 has the byte 0xF4"},
      {"x\xE2\x82", "line 1, column 2 has the byte 0xE2"},
      {"x\xE2\x82y", "line 1, column 2 has the byte 0xE2"},
      {"\xFF\xFEx", "line 1, column 1 has the byte 0xFF"},
  };
  for (const Case& one : cases) {
    CAPTURE(shown(one.text));
    for (std::size_t piece = 1; piece <= 16; ++piece) {
      CAPTURE(piece);
      const std::string said = complaint(one.text, piece);
      CHECK(said.empty() == std::string_view(one.place).empty());
      CHECK(said.find(one.place) != std::string::npos);
    }
  }
  CHECK(complaint("\xFF\xFEx", 100).find("UTF-16") != std::string::npos);
}

TEST_CASE("UTF-8 where eight ASCII bytes are passed over at once") {
  for (std::size_t before = 0; before < 20; ++before) {
    const std::string start(before, 'a');
    CHECK(is_utf8(start + "\xC3\xA9" + start));
    CHECK(valid_utf8_bytes(start + "\xFF" + start) == before);
    CHECK(valid_utf8_bytes(start + "\xC3") == before);
  }
}

TEST_CASE("characters are written as UTF-8") {
  std::string text;
  for (const char32_t code : {0x0U, 0x7FU, 0x80U, 0x7FFU, 0x800U, 0xFFFFU, 0x10000U, 0x10FFFFU})
    append_utf8(text, code);
  CHECK(text ==
        std::string("\0\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", 20));
}

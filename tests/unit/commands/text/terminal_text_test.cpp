#include "commands/text/terminal_text.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace corral;

TEST_CASE("a terminal gets line breaks and tabs, and no other control character") {
  CHECK(terminal_text("a\tb\nc \\ é 😀") == "a\tb\nc \\ é 😀");
  CHECK(terminal_text("\x1B[31m\r\x07\x7F") == "\\x1b[31m\\r\\x07\\u007f");
  CHECK(terminal_text("\"\u009B31m\"") == "\"\\u009b31m\"");  // valid JSON as before
  CHECK(terminal_text("\u202E\xFF") == "\\u202e\\xff");
}

TEST_CASE("text for a terminal may be cut anywhere") {
  const std::string text = "é😀\u009B\u202E\x1B[2J\xFF\xE2\x82 ok\xF0\x9F\x98";
  for (std::size_t first = 0; first <= text.size(); ++first) {
    for (std::size_t second = first; second <= text.size(); ++second) {
      TerminalText pieces;
      std::string shown = pieces.pass(text.substr(0, first));
      shown += pieces.pass(text.substr(first, second - first));
      shown += pieces.pass(text.substr(second));
      shown += pieces.rest();
      CHECK(shown == terminal_text(text));
    }
  }
}

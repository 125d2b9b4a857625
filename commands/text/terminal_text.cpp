#include "commands/text/terminal_text.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "backends/bytes/text.hpp"

namespace corral {

namespace {

/// The number of trailing bytes that form an incomplete character.
std::size_t unfinished_bytes(std::string_view text) {
  constexpr std::size_t longest = 3;
  for (std::size_t count = 1; count <= std::min(longest, text.size()); ++count) {
    const auto lead = static_cast<unsigned char>(text[text.size() - count]);
    if ((lead & 0xC0U) == 0x80U) continue;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    return length > count ? count : 0;
  }
  return 0;
}

}  // namespace

std::string terminal_text(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find_first_of("\n\t\\"), text.size());
    result += shown(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    result += text.front();
    text.remove_prefix(1);
  }
  return result;
}

std::string TerminalText::pass(std::string_view piece) {
  std::string text = std::exchange(unfinished_, {}).append(piece);
  const std::size_t whole = text.size() - unfinished_bytes(text);
  unfinished_ = text.substr(whole);
  text.erase(whole);
  return terminal_text(text);
}

std::string TerminalText::rest() {
  return terminal_text(std::exchange(unfinished_, {}));
}

}  // namespace corral

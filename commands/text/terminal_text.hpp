#pragma once

#include <string>
#include <string_view>

namespace corral {

/// Text as a terminal can show it: line breaks and tabs as they are; other control characters, bytes that are
/// not UTF-8 and what reverses the direction of text as `shown` writes them. In JSON that leaves valid JSON.
std::string terminal_text(std::string_view text);

/// The same for text that arrives in pieces, which may cut a character.
class TerminalText {
 public:
  /// What can be shown so far.
  std::string pass(std::string_view piece);

  /// The beginning of a character that never came.
  std::string rest();

 private:
  std::string unfinished_;
};

}  // namespace corral

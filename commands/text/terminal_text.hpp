#pragma once

#include <string>
#include <string_view>

namespace corral {

/// Text made safe for a terminal: line breaks and tabs are kept; other control characters, invalid UTF-8 and
/// bidirectional overrides are escaped like `shown`. Valid JSON stays valid.
std::string terminal_text(std::string_view text);

/// The same for text that arrives in chunks, which may split a character.
class TerminalText {
 public:
  /// The text that can be shown so far.
  std::string pass(std::string_view piece);

  /// The escaped bytes of an incomplete final character.
  std::string rest();

 private:
  std::string unfinished_;
};

}  // namespace corral

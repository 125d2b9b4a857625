#include "commands/terminal_text.hpp"

#include <algorithm>

#include "backends/text.hpp"

namespace corral {

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

}  // namespace corral

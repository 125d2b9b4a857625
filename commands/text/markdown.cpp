#include "commands/text/markdown.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"

namespace corral {

namespace {

constexpr std::string_view markup = "\\`*_{}[]<>()#+-!|~@&";

/// The length of the longest run of backticks.
std::size_t longest_fence(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

std::string on_one_line(std::string_view text) {
  std::string line(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  std::replace(line.begin(), line.end(), '\r', ' ');
  return line;
}

}  // namespace

std::string markdown_text(std::string_view text) {
  std::string escaped;
  for (const char c : shown(on_one_line(text))) {
    if (markup.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string markdown_code(std::string_view text) {
  const std::string line = shown(on_one_line(text));
  const std::string fence(longest_fence(line) + 1, '`');
  // A blank beside the fence is not shown, and keeps backticks at the ends apart from it.
  const bool needs_blank = line.empty() || line.front() == '`' || line.back() == '`';
  const std::string_view blank = needs_blank ? " " : "";
  return fmt::format("{}{}{}{}{}", fence, blank, line, blank, fence);
}

std::string markdown_block(std::string_view text, std::string_view language) {
  const std::string fence(std::max<std::size_t>(longest_fence(text) + 1, 3), '`');
  return fmt::format("{}{}\n{}{}{}\n", fence, language, text, text.empty() || text.back() == '\n' ? "" : "\n",
                     fence);
}

}  // namespace corral

#include "backends/bytes/glob.hpp"

#include <optional>

#include "backends/bytes/text.hpp"

namespace corral {

namespace {

/// Removes and returns the next character (code point) of the text.
std::string_view take_character(std::string_view& text) {
  const std::string_view character = first_characters(text, 1);
  text.remove_prefix(character.size());
  return character;
}

/// Matches a set whose '[' has been consumed, and removes it from the pattern. nullopt: there is no closing
/// ']', so '[' is literal. Comparing UTF-8 bytes gives the order of code points.
std::optional<bool> match_set(std::string_view& pattern, std::string_view character) {
  std::string_view rest = pattern;
  const bool negated = !rest.empty() && (rest.front() == '!' || rest.front() == '^');
  if (negated) rest.remove_prefix(1);
  bool found = false;
  for (bool first = true; !rest.empty(); first = false) {
    if (rest.front() == ']' && !first) {
      pattern = rest.substr(1);
      return found != negated;
    }
    if (rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
    const std::string_view low = take_character(rest);
    std::string_view high = low;
    if (rest.size() > 1 && rest[0] == '-' && rest[1] != ']') {
      rest.remove_prefix(1);
      high = take_character(rest);
    }
    if (low <= character && character <= high) found = true;
  }
  return std::nullopt;
}

/// Matches one pattern element other than `*`, removing it and the character it matched.
bool match_one(std::string_view& pattern, std::string_view& text) {
  if (text.empty()) return false;
  const std::string_view element = take_character(pattern);
  if (element == "?") {
    take_character(text);
    return true;
  }
  const std::string_view character = take_character(text);
  if (element == "[") {
    if (const auto matched = match_set(pattern, character)) return *matched;
  }
  if (element == "\\" && !pattern.empty()) return take_character(pattern) == character;
  return element == character;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text) {
  // On a mismatch, backtrack to the last `*` and let it match one more character; earlier ones cannot help.
  std::optional<std::string_view> after_star;
  std::string_view star_text;
  while (true) {
    if (!pattern.empty() && pattern.front() == '*') {
      pattern.remove_prefix(1);
      after_star = pattern;
      star_text = text;
      continue;
    }
    if (pattern.empty() && text.empty()) return true;
    if (!pattern.empty() && match_one(pattern, text)) continue;
    if (!after_star || star_text.empty()) return false;
    take_character(star_text);
    pattern = *after_star;
    text = star_text;
  }
}

std::string glob_prefix(std::string_view pattern) {
  std::string prefix;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    char c = pattern[i];
    if (c == '*' || c == '?' || c == '[') break;
    if (c == '\\' && i + 1 < pattern.size()) c = pattern[++i];
    prefix += c;
  }
  return prefix;
}

}  // namespace corral

#include "migrations/path_glob.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/glob.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral::migrations {

namespace {

constexpr std::size_t max_alternatives = 64;

using Segments = std::vector<std::string>;

/// Expands braces into one pattern per combination of alternatives.
std::vector<std::string> without_braces(std::string_view pattern) {
  std::vector<std::string> done;
  std::vector<std::string> open{std::string(pattern)};
  while (!open.empty()) {
    if (open.size() + done.size() > max_alternatives) {
      throw Error(ErrorKind::limit, fmt::format("the braces of \"{}\" stand for more than {} patterns",
                                                shown(first_characters(pattern, 60)), max_alternatives));
    }
    const std::string text = std::move(open.back());
    open.pop_back();
    // Expands the innermost pair first, so that nesting works.
    const std::size_t end = text.find('}');
    const std::size_t begin = end == std::string::npos ? end : text.rfind('{', end);
    if (begin == std::string::npos) {
      done.push_back(text);
      continue;
    }
    std::string_view choices = std::string_view(text).substr(begin + 1, end - begin - 1);
    while (true) {
      const std::size_t comma = std::min(choices.find(','), choices.size());
      open.push_back(text.substr(0, begin) + std::string(choices.substr(0, comma)) + text.substr(end + 1));
      if (comma == choices.size()) break;
      choices.remove_prefix(comma + 1);
    }
  }
  return done;
}

Segments split(std::string_view path) {
  Segments segments;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (slash > 0 && path.substr(0, slash) != ".") segments.emplace_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return segments;
}

bool segment_matches(const std::string& pattern, const std::string& segment) {
  // As in a shell, wildcards do not match a leading dot.
  if (segment.starts_with('.') && !pattern.starts_with('.')) return false;
  return glob_matches(pattern, segment);
}

/// For each number of pattern segments, whether the path can have matched exactly that many.
std::vector<bool> reachable(const Segments& pattern, const Segments& path) {
  std::vector<bool> now(pattern.size() + 1);
  const auto skip_empty_stars = [&](std::vector<bool>& states) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (states[i] && pattern[i] == "**") states[i + 1] = true;
    }
  };
  now[0] = true;
  skip_empty_stars(now);
  for (const std::string& segment : path) {
    std::vector<bool> next(pattern.size() + 1);
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (!now[i]) continue;
      if (pattern[i] == "**") {
        if (!segment.starts_with('.')) next[i] = true;
      } else if (segment_matches(pattern[i], segment)) {
        next[i + 1] = true;
      }
    }
    skip_empty_stars(next);
    now = std::move(next);
  }
  return now;
}

}  // namespace

PathGlob::PathGlob(std::string_view pattern) {
  const std::size_t parenthesis = pattern.find('(');
  if (parenthesis != std::string_view::npos && parenthesis > 0 &&
      std::string_view("!@+?*").find(pattern[parenthesis - 1]) != std::string_view::npos) {
    throw Error(ErrorKind::unavailable,
                fmt::format("the pattern \"{}\" uses {}( )", shown(first_characters(pattern, 60)),
                            pattern[parenthesis - 1]),
                "write it with * ? [a-z] ** and {a,b}");
  }
  for (const std::string& alternative : without_braces(pattern)) alternatives_.push_back(split(alternative));
}

bool PathGlob::matches(std::string_view path) const {
  const Segments segments = split(path);
  return std::any_of(alternatives_.begin(), alternatives_.end(), [&](const Segments& pattern) {
    return !segments.empty() && reachable(pattern, segments).back();
  });
}

bool PathGlob::may_match_below(std::string_view folder) const {
  const Segments segments = split(folder);
  return std::any_of(alternatives_.begin(), alternatives_.end(), [&](const Segments& pattern) {
    const std::vector<bool> states = reachable(pattern, segments);
    return std::find(states.begin(), states.end() - 1, true) != states.end() - 1;
  });
}

}  // namespace corral::migrations

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace corral::migrations {

/// A pattern for relative paths: * ? [a-z] within a segment, ** for any number of folders, {a,b} for
/// alternatives. Worst case O(pattern × path).
class PathGlob {
 public:
  /// Throws limit if the braces expand to more than 64 patterns, unavailable for !( ) @( ) +( ) ?( ) and *(
  /// ), which wrangler supports.
  explicit PathGlob(std::string_view pattern);

  /// Whether a path matches, with '/' between its segments.
  [[nodiscard]] bool matches(std::string_view path) const;

  /// Whether anything below a folder (a relative path) can match, so that it needs to be scanned.
  [[nodiscard]] bool may_match_below(std::string_view folder) const;

 private:
  using Segments = std::vector<std::string>;
  std::vector<Segments> alternatives_;
};

}  // namespace corral::migrations

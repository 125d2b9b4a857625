#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace corral::migrations {

/// A pattern for paths relative to a folder: * ? [a-z] within a segment, ** for any number of folders, {a,b}
/// for either. Time grows with the product of the lengths of pattern and path at most.
class PathGlob {
 public:
  /// Throws limit for a pattern whose braces stand for more than 64 patterns, unavailable for !( ) @( ) +( )
  /// ?( ) and *( ), which wrangler knows too.
  explicit PathGlob(std::string_view pattern);

  /// Whether a path with '/' between its segments matches.
  [[nodiscard]] bool matches(std::string_view path) const;

  /// Whether anything below a folder (a relative path) can match, so that it is worth looking into.
  [[nodiscard]] bool may_match_below(std::string_view folder) const;

 private:
  using Segments = std::vector<std::string>;
  std::vector<Segments> alternatives_;
};

}  // namespace corral::migrations

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "commands/text/json.hpp"

namespace corral::r2 {

/// One CORS rule of a bucket.
struct CorsRule {
  std::vector<std::string> origins;         ///< at least one; "*": any
  std::vector<std::string> methods;         ///< at least one of GET, PUT, POST, DELETE, HEAD
  std::vector<std::string> headers;         ///< that requests may have
  std::vector<std::string> expose_headers;  ///< of answers, that pages may see
  std::optional<std::int64_t> max_age_seconds;
};

/// Parses rules in the API's shape (docs/reference/r2.md): {"rules": [{"allowed": {"origins", "methods",
/// "headers"?}, "exposeHeaders"?, "maxAgeSeconds"?}]}. Throws invalid_input, naming the rule and the field,
/// for anything else.
std::vector<CorsRule> parse_cors_rules(const Json& json);

}  // namespace corral::r2

#pragma once

#include <cstddef>
#include <string>

#include "commands/r2/target.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

/// What applying the lifecycle rules of a bucket did, or would do.
struct LifecycleResult {
  Json done = Json::array();  ///< [{"action": "delete" | "abort upload", "key", "size", "rule"}]
  std::size_t locked = 0;     ///< objects that lock rules keep
};

/// Applies lifecycle rules in the API's shape (lifecycle_rules.hpp): deletes what has expired, object by
/// object, and aborts uploads. An object that is written meanwhile stays. `dry_run`: changes nothing. Throws
/// invalid_input if the rules are malformed.
LifecycleResult run_lifecycle(Context& context, const BucketOptions& options, const std::string& bucket,
                              const Json& rules, bool dry_run);

}  // namespace corral::r2

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/object_store.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

/// When a lifecycle action applies to an object: at an age since its upload, or from a date on.
struct LifecycleMoment {
  std::optional<std::int64_t> max_age_seconds;
  UnixMillis date = 0;  ///< used if there is no age

  [[nodiscard]] bool has_come(UnixMillis uploaded, UnixMillis now) const;
};

/// One lifecycle rule of a bucket.
struct LifecycleRule {
  std::string id;
  bool enabled = true;
  std::string prefix;                                 ///< empty: all objects
  std::optional<LifecycleMoment> expire;              ///< objects are deleted
  std::optional<LifecycleMoment> infrequent_access;   ///< changes the storage class; no local effect
  std::optional<std::int64_t> abort_multipart_after;  ///< seconds after which multipart uploads are aborted
};

/// Parses rules in the API's shape (docs/reference/r2.md). Throws invalid_input, naming the rule and the
/// field, for anything else and for a rule without an action.
std::vector<LifecycleRule> parse_lifecycle_rules(const Json& json);
Json lifecycle_rules_as_json(const std::vector<LifecycleRule>& rules);

/// A description of what a rule does.
std::string lifecycle_action(const LifecycleRule& rule);

}  // namespace corral::r2

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backends/object_store.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

/// When something happens to an object: at an age since its upload, or from a date on.
struct LifecycleMoment {
  std::optional<std::int64_t> max_age_seconds;
  UnixMillis date = 0;  ///< where there is no age

  [[nodiscard]] bool has_come(UnixMillis uploaded, UnixMillis now) const;
};

/// One lifecycle rule of a bucket.
struct LifecycleRule {
  std::string id;
  bool enabled = true;
  std::string prefix;                                 ///< empty: all objects
  std::optional<LifecycleMoment> expire;              ///< objects are deleted
  std::optional<LifecycleMoment> infrequent_access;   ///< objects change their class; nothing happens locally
  std::optional<std::int64_t> abort_multipart_after;  ///< seconds after which uploads are aborted
};

/// The rules in the API's shape (docs/reference/r2.md). Throws invalid_input, naming the rule and the field,
/// for anything else, and for a rule that does nothing.
std::vector<LifecycleRule> parse_lifecycle_rules(const Json& json);
Json lifecycle_rules_as_json(const std::vector<LifecycleRule>& rules);

/// What a rule does, in words.
std::string lifecycle_action(const LifecycleRule& rule);

}  // namespace corral::r2

#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/object_store.hpp"
#include "backends/registry.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

/// One lock rule of a bucket: which objects it covers and for how long.
struct LockRule {
  std::string id;
  bool enabled = true;
  std::string prefix;  ///< empty: all objects
  enum class Kind { age, date, indefinite } kind = Kind::indefinite;
  std::int64_t max_age_seconds = 0;  ///< age: counted from the upload
  UnixMillis date = 0;               ///< date: locked until then
};

/// Parses rules in the API's shape (docs/reference/r2.md): {"rules": [{"id", "enabled", "prefix",
/// "condition": {"type": "Age" | "Date" | "Indefinite", "maxAgeSeconds" | "date"}}]}. Throws invalid_input,
/// naming the rule and the field, for anything else.
std::vector<LockRule> parse_lock_rules(const Json& json);
Json lock_rules_as_json(const std::vector<LockRule>& rules);

/// Whether the rule currently forbids overwriting or deleting the object.
bool is_locked(const LockRule& rule, const ObjectInfo& object, UnixMillis now);

/// A guard that enforces the lock rules in a bucket's settings; nullptr if there are none.
std::shared_ptr<const ObjectGuard> lock_guard(const Json& settings, std::string_view bucket, UnixMillis now);

}  // namespace corral::r2

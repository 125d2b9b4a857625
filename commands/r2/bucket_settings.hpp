#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/command/context.hpp"
#include "commands/r2/target.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

/// A bucket known from the registry, the config or the disk.
struct KnownBucket {
  std::string name;
  std::optional<Resource> made_here = {};
  std::vector<std::string> bindings = {};  ///< in the config, for the environment in use
  bool stored = false;                     ///< objects were written to it
};

/// All known buckets by name.
std::vector<KnownBucket> known_buckets(Context& context, const StateOptions& state);

/// The bucket with this name. Throws not_found, saying how to create it, if it is unknown.
KnownBucket require_bucket(Context& context, const BucketOptions& options, std::string_view name);

/// The registry's settings of a bucket: a JSON object with "location", "storage_class", "jurisdiction",
/// "lifecycle", "lock", "cors", "notifications", "domains", "dev_url", "sippy", "local_uploads", each in the
/// shape of Cloudflare's API and only if it was ever set.
Json bucket_settings(Registry& registry, std::string_view name);

/// Changes the settings of a known bucket in one transaction; first registers one that was not created here.
/// Throws not_found for an unknown bucket.
void edit_bucket_settings(Context& context, const BucketOptions& options, std::string_view name,
                          const std::function<void(Json&)>& edit);

}  // namespace corral::r2

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/r2_buckets.hpp"
#include "commands/command/context.hpp"
#include "commands/r2/target.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

/// A bucket known from the registry, the config or the disk; or one of the account.
struct KnownBucket {
  std::string name;
  std::optional<UnixMillis> created_at = {};
  std::vector<std::string> bindings = {};  ///< in the config, for the environment in use
  bool stored = false;                     ///< objects were written to it
  std::string description = {};            ///< what the account says of it (R2Bucket)
};

/// All known buckets by name; of an account, those that it has in the jurisdiction.
std::vector<KnownBucket> known_buckets(Context& context, const StateOptions& state,
                                       const std::optional<std::string>& jurisdiction = {});

/// The bucket with this name. Throws not_found, saying how to create it, if it is unknown. An account is not
/// asked: it refuses itself what is then done with a bucket that it does not have.
KnownBucket require_bucket(Context& context, const BucketOptions& options, std::string_view name);

/// The registry's settings of a bucket: a JSON object with "location", "storage_class", "jurisdiction",
/// "lifecycle", "lock", "cors", "notifications", "domains", "dev_url", "sippy", "local_uploads", each in the
/// shape of Cloudflare's API and only if it was ever set.
Json bucket_settings(Registry& registry, std::string_view name);

/// The bucket that an argument refers to: `resolve_bucket`, then `require_bucket`.
BucketId bucket_id(Context& context, const BucketOptions& options, std::string_view argument);

/// The bucket for questions before something is destroyed: "R2 bucket files of account 0123abcd".
std::string bucket_for_question(Context& context, const BucketOptions& options, const BucketId& bucket);

}  // namespace corral::r2

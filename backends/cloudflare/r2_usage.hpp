#pragma once

#include <cstdint>
#include <string>

#include "backends/cloudflare/session.hpp"
#include "backends/r2_buckets.hpp"

namespace corral::cloudflare {

/// How much a bucket holds, as the account's analytics last measured it.
struct R2Usage {
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;  ///< of the objects and their metadata
};

/// Zeros if nothing was measured in the last 24 hours, and, with a warning, where the analytics may not be
/// read.
R2Usage r2_usage(Session& session, const BucketId& bucket);

/// "1,234,567"
std::string count_with_commas(std::uint64_t count);

/// Three digits of a decimal unit, as wrangler writes sizes: "999 B", "1.55 MB", "1000 kB".
std::string decimal_size(std::uint64_t bytes);

}  // namespace corral::cloudflare

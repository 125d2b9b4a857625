#pragma once

#include <cstdint>
#include <optional>

#include "backends/bytes/unix_time.hpp"

namespace corral::kv {

/// KV's minimum TTL in seconds (docs/reference/kv.md).
inline constexpr std::int64_t min_ttl_seconds = 60;

/// The expiration from --ttl (seconds from now, at least 60) or --expiration (seconds since the epoch, at
/// least a minute from now, at most year 9999). --ttl takes precedence. Whole seconds, as wrangler stores
/// them. Throws usage for a value out of range.
std::optional<UnixMillis> expiry_of(std::optional<std::int64_t> ttl, std::optional<std::int64_t> expiration,
                                    UnixMillis now);

/// Why a TTL or an expiration is invalid; nullptr if it is valid.
const char* wrong_ttl(std::int64_t seconds);
const char* wrong_expiration(std::int64_t seconds, UnixMillis now);

}  // namespace corral::kv

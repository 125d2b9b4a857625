#pragma once

#include <cstdint>
#include <optional>

#include "backends/kv_store.hpp"

namespace corral::kv {

/// The shortest life that KV gives an entry, in seconds (docs/reference/kv.md).
inline constexpr std::int64_t min_ttl_seconds = 60;

/// When an entry expires, from --ttl (seconds from now, at least 60) or --expiration (seconds since the
/// epoch, at least a minute from now, at most year 9999). Of both, ttl wins. Whole seconds, as wrangler
/// stores them. Throws usage for a value out of range.
std::optional<UnixMillis> expiry_of(std::optional<std::int64_t> ttl, std::optional<std::int64_t> expiration,
                                    UnixMillis now);

/// Why a ttl or an expiration is not acceptable; nullptr if it is.
const char* wrong_ttl(std::int64_t seconds);
const char* wrong_expiration(std::int64_t seconds, UnixMillis now);

}  // namespace corral::kv

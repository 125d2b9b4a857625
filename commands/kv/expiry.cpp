#include "commands/kv/expiry.hpp"

#include <fmt/format.h>

#include "backends/error.hpp"

namespace corral::kv {

namespace {

constexpr std::int64_t end_of_year_9999 = 253'402'300'799;

}  // namespace

const char* wrong_ttl(std::int64_t seconds) {
  if (seconds < min_ttl_seconds) return "must be at least 60 seconds";
  if (seconds > end_of_year_9999) return "reaches beyond the year 9999";
  return nullptr;
}

const char* wrong_expiration(std::int64_t seconds, UnixMillis now) {
  if (seconds < now / 1000 + min_ttl_seconds) {
    return "must be at least 60 seconds from now, in seconds since 1970";
  }
  if (seconds > end_of_year_9999) return "is after the year 9999; it is given in seconds, not milliseconds";
  return nullptr;
}

std::optional<UnixMillis> expiry_of(std::optional<std::int64_t> ttl, std::optional<std::int64_t> expiration,
                                    UnixMillis now) {
  if (ttl) {
    if (const char* wrong = wrong_ttl(*ttl)) {
      throw Error(ErrorKind::usage, fmt::format("--ttl {} {}", *ttl, wrong));
    }
    return (now / 1000 + *ttl) * 1000;
  }
  if (expiration) {
    if (const char* wrong = wrong_expiration(*expiration, now)) {
      throw Error(ErrorKind::usage, fmt::format("--expiration {} {}", *expiration, wrong));
    }
    return *expiration * 1000;
  }
  return std::nullopt;
}

}  // namespace corral::kv

#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "backends/bytes/unix_time.hpp"
#include "backends/clock.hpp"
#include "backends/http/client.hpp"

namespace corral::cloudflare {

/// How one attempt at a request failed: below HTTP, or with a status.
struct FailedAttempt {
  std::optional<http::Failure> failure = {};
  int status = 0;
  std::optional<UnixMillis> retry_after = {};  ///< how long the server asks to wait
};

/// The failure of an attempt that ended with `broken`, or, if that is empty, with this status.
FailedAttempt failed_attempt(const std::optional<http::ConnectionError>& broken, int status,
                             std::optional<UnixMillis> retry_after);

inline constexpr int max_attempts = 4;
/// A server that asks for more than this is not waited for.
inline constexpr UnixMillis longest_retry_after = 60'000;

/// A `chance` for `pause_before_retry`, so that clients that failed together do not come back together.
double random_chance();

/// How long to wait before the next attempt; nullopt: it has failed for good. Sent again is what the server
/// cannot have acted on (no connection, 429), and, if the request is `repeatable`, what broke off and 500,
/// 502, 503 and 504; never after a certificate that cannot be trusted. The pauses are 0.5, 1 and 2 seconds,
/// each cut to between a half and all of it by `chance` (0 to 1), or what the server asks for.
/// `attempts`: how many were made.
std::optional<UnixMillis> pause_before_retry(const FailedAttempt& failed, bool repeatable, int attempts,
                                             double chance);

/// What to tell a user whose change failed without an answer that says so.
inline constexpr const char* may_be_done_hint =
    "the change may have been made nevertheless: look before you repeat it";

/// Throws `broken`, the end of a request that has failed for good. If the request `changes` something that
/// must not happen twice and may have arrived, with `may_be_done_hint`.
[[noreturn]] void throw_broken(const http::ConnectionError& broken, bool changes);

/// Waits, calling `check_interrupt` (may be empty) at the latest after a minute.
void let_pass(UnixMillis time, const Clock& clock, const std::function<void()>& check_interrupt);

/// The value of a Retry-After header (RFC 9110, section 10.2.3), seconds or a date, as a time to wait from
/// `now`; nullopt if it is neither.
std::optional<UnixMillis> parse_retry_after(std::string_view value, UnixMillis now);

}  // namespace corral::cloudflare

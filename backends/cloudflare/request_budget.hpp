#pragma once

#include <cstddef>
#include <deque>
#include <mutex>

#include "backends/bytes/unix_time.hpp"
#include "backends/clock.hpp"

namespace corral::cloudflare {

/// Cloudflare's API takes 1,200 requests in five minutes from a user
/// (developers.cloudflare.com/fundamentals/api/reference/limits) and refuses everything for five minutes when
/// there are more.
inline constexpr std::size_t budget_requests = 1'200;
inline constexpr UnixMillis budget_period = 300'000;

/// Keeps a run within that. Any number of threads.
class RequestBudget {
 public:
  /// Takes a place for a request now and returns 0, or how long to wait before asking again.
  UnixMillis take(UnixMillis now);

 private:
  std::mutex mutex_;
  std::deque<UnixMillis> taken_;  ///< within the last period, oldest first
};

}  // namespace corral::cloudflare

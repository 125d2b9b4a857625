#include "backends/cloudflare/request_budget.hpp"

#include <algorithm>

namespace corral::cloudflare {

UnixMillis RequestBudget::take(UnixMillis now) {
  const std::scoped_lock lock(mutex_);
  while (!taken_.empty() && now - taken_.front() >= budget_period) taken_.pop_front();
  if (taken_.size() >= budget_requests)
    return std::clamp<UnixMillis>(taken_.front() + budget_period - now, 1, budget_period);
  taken_.push_back(now);
  return 0;
}

}  // namespace corral::cloudflare

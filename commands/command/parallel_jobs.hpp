#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace corral {

/// Runs jobs that need nothing of each other, so many at once; in no order that can be relied on. With one at
/// a time no thread is started and a job runs when it is added.
class ParallelJobs {
 public:
  explicit ParallelJobs(std::size_t at_once);
  ParallelJobs(const ParallelJobs&) = delete;
  ParallelJobs& operator=(const ParallelJobs&) = delete;
  /// Lets the jobs end that have begun; the others are dropped.
  ~ParallelJobs();

  /// Waits while many jobs wait already. Throws what a job threw: the first that did.
  void add(std::function<void()> job);

  /// Waits until all have ended. Throws as above.
  void finish();

  /// How many at once: what was asked for, 1 to 64, else one for each processor, 8 at most.
  static std::size_t at_once(const std::optional<std::int64_t>& asked);

 private:
  void work();
  void throw_failure(std::unique_lock<std::mutex>& lock);

  std::size_t at_once_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  std::size_t running_ = 0;
  bool stopping_ = false;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
};

}  // namespace corral

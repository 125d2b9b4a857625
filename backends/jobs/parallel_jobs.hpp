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

/// Runs independent jobs on up to N threads, in no particular order. With N = 1 no thread is started and a
/// job runs when it is added.
class ParallelJobs {
 public:
  explicit ParallelJobs(std::size_t at_once);
  ParallelJobs(const ParallelJobs&) = delete;
  ParallelJobs& operator=(const ParallelJobs&) = delete;
  /// Waits for running jobs; pending ones are dropped.
  ~ParallelJobs();

  /// Blocks while the backlog is full. Rethrows the first exception thrown by a job.
  void add(std::function<void()> job);

  /// Waits for all jobs. Throws like add.
  void finish();

  /// The number of threads: `asked` clamped to 1 to 64, default one per processor up to 8.
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

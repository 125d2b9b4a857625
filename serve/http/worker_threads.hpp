#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace corral::serve {

/// Runs jobs, each at once on a thread of its own: a free one, or a new one up to a number. A thread that has
/// had nothing to do for ten seconds ends and gives its memory back.
class WorkerThreads {
 public:
  explicit WorkerThreads(std::size_t most) : most_(most) {}
  WorkerThreads(const WorkerThreads&) = delete;
  WorkerThreads& operator=(const WorkerThreads&) = delete;
  /// Waits for the jobs that run.
  ~WorkerThreads();

  /// The job must not throw. If there are `most` threads, or none can be started, it waits for a free one.
  /// Throws std::system_error if there is no thread at all.
  void run(std::function<void()> job);

 private:
  void work();
  void start_thread();
  void join_ending();

  std::size_t most_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable ended_;
  std::deque<std::function<void()>> jobs_;
  std::map<std::thread::id, std::thread> threads_;
  std::vector<std::thread> ending_;  ///< to be joined; they no longer use the object
  std::size_t free_ = 0;
  bool is_closing_ = false;
};

}  // namespace corral::serve

#include "backends/jobs/parallel_jobs.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

namespace corral {

ParallelJobs::ParallelJobs(std::size_t at_once) : at_once_(std::max<std::size_t>(at_once, 1)) {}

ParallelJobs::~ParallelJobs() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ParallelJobs::add(std::function<void()> job) {
  if (at_once_ == 1) {
    job();
    return;
  }
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return waiting_.size() < at_once_ * 2 || failure_ != nullptr; });
  throw_failure(lock);
  waiting_.push_back(std::move(job));
  if (threads_.size() < at_once_ && threads_.size() < running_ + waiting_.size()) {
    // Signals are delivered to the main thread only.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);  // a macro on macOS
    ::pthread_sigmask(SIG_BLOCK, &all, &before);
    threads_.emplace_back([this] { work(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  lock.unlock();
  changed_.notify_all();
}

void ParallelJobs::finish() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return (waiting_.empty() && running_ == 0) || failure_ != nullptr; });
  throw_failure(lock);
}

std::size_t ParallelJobs::at_once(const std::optional<std::int64_t>& asked) {
  constexpr std::int64_t most_asked = 64;
  constexpr std::int64_t most = 8;
  const std::int64_t processors = std::thread::hardware_concurrency();
  return static_cast<std::size_t>(asked ? std::clamp<std::int64_t>(*asked, 1, most_asked)
                                        : std::clamp<std::int64_t>(processors, 1, most));
}

void ParallelJobs::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    const std::function<void()> job = std::move(waiting_.front());
    waiting_.pop_front();
    ++running_;
    lock.unlock();
    std::exception_ptr failure;
    try {
      job();
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    --running_;
    if (failure && !failure_) {
      failure_ = failure;
      waiting_.clear();
    }
    changed_.notify_all();
  }
}

/// Running jobs must not outlive the data they use: waits for them first.
void ParallelJobs::throw_failure(std::unique_lock<std::mutex>& lock) {
  if (!failure_) return;
  changed_.wait(lock, [&] { return running_ == 0; });
  std::rethrow_exception(std::exchange(failure_, nullptr));
}

}  // namespace corral

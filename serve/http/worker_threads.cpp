#include "serve/http/worker_threads.hpp"

#include <chrono>
#include <system_error>

#include "serve/http/signals_blocked.hpp"

namespace corral::serve {

namespace {

constexpr auto idle_time = std::chrono::seconds(10);

}  // namespace

WorkerThreads::~WorkerThreads() {
  std::unique_lock lock(mutex_);
  is_closing_ = true;
  wake_.notify_all();
  ended_.wait(lock, [&] { return threads_.empty(); });
  join_ending();
}

/// Under the lock: a thread takes it for the last time before it is listed as ending.
void WorkerThreads::join_ending() {
  for (std::thread& thread : ending_) thread.join();
  ending_.clear();
}

void WorkerThreads::run(std::function<void()> job) {
  const std::scoped_lock lock(mutex_);
  join_ending();
  jobs_.push_back(std::move(job));
  if (jobs_.size() > free_ && threads_.size() < most_) {
    try {
      start_thread();
    } catch (const std::system_error&) {
      if (threads_.empty()) {
        jobs_.pop_back();
        throw;
      }
    }
  }
  wake_.notify_one();
}

void WorkerThreads::start_thread() {
  const SignalsBlocked blocked;
  std::thread thread([this] { work(); });
  const std::thread::id id = thread.get_id();
  threads_.emplace(id, std::move(thread));
}

void WorkerThreads::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++free_;
    const bool has_job =
        wake_.wait_for(lock, idle_time, [&] { return !jobs_.empty() || is_closing_; }) && !jobs_.empty();
    --free_;
    if (!has_job) break;
    const std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
  const auto self = threads_.find(std::this_thread::get_id());
  ending_.push_back(std::move(self->second));
  threads_.erase(self);
  ended_.notify_all();
}

}  // namespace corral::serve

#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "commands/command/context.hpp"
#include "serve/http/access_log.hpp"

namespace corral::serve::s3 {

/// Applies the lifecycle rules of all buckets, at once and then every hour, on a thread of its own.
class LifecycleClock {
 public:
  /// Both must outlive it; `context` must have opened its stores.
  LifecycleClock(Context& context, AccessLog& log);
  LifecycleClock(const LifecycleClock&) = delete;
  LifecycleClock& operator=(const LifecycleClock&) = delete;
  ~LifecycleClock();

 private:
  void work();
  void apply();

  AccessLog& log_;
  LogOutput output_;
  std::unique_ptr<Context> context_;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool is_stopping_ = false;
  std::thread thread_;  ///< last: it uses the rest
};

}  // namespace corral::serve::s3

#include "serve/s3/lifecycle_clock.hpp"

#include <chrono>
#include <exception>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/r2/lifecycle_run.hpp"
#include "serve/http/signals_blocked.hpp"

namespace corral::serve::s3 {

namespace {

constexpr auto pause = std::chrono::hours(1);

}  // namespace

LifecycleClock::LifecycleClock(Context& context, AccessLog& log)
    : log_(log), output_(log), context_(context.for_thread(output_)) {
  const SignalsBlocked blocked;
  thread_ = std::thread([this] { work(); });
}

LifecycleClock::~LifecycleClock() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

void LifecycleClock::work() {
  std::unique_lock lock(mutex_);
  do {
    lock.unlock();
    apply();
    lock.lock();
  } while (!stop_.wait_for(lock, pause, [&] { return is_stopping_; }));
}

void LifecycleClock::apply() {
  try {
    context_->stores({}).snapshots().recover();
    Registry& registry = context_->stores({}).registry();
    for (const Resource& resource : registry.list(ResourceKind::r2_bucket)) {
      const Json settings = r2::bucket_settings(registry, resource.id);
      if (!settings.contains("lifecycle")) continue;
      const r2::LifecycleResult result =
          r2::run_lifecycle(*context_, {}, resource.id, settings.at("lifecycle"), false);
      if (!result.done.empty()) {
        log_.note(fmt::format("lifecycle rules removed {} objects and uploads of bucket {}",
                              result.done.size(), resource.id));
      }
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::interrupted)
      log_.warning("lifecycle rules could not be applied: " + error.message());
  } catch (const std::exception& error) {
    log_.warning(std::string("lifecycle rules could not be applied: ") + error.what());
  }
}

}  // namespace corral::serve::s3

#include "backends/files/background_flush.hpp"

#include <cerrno>
#include <sys/types.h>
#include <system_error>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/platform/flush.hpp"

namespace corral {

namespace {

/// Bytes per flush.
constexpr std::uint64_t step_bytes = std::uint64_t{8} << 20U;

}  // namespace

BackgroundFlush::~BackgroundFlush() {
  stop();
}

void BackgroundFlush::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_ended_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void BackgroundFlush::check(std::string_view name) const {
  if (error_ != 0) throw system_error(error_, fmt::format("cannot flush {} to disk", shown(name)));
}

void BackgroundFlush::wrote(std::uint64_t bytes, std::string_view name) {
  if (bytes - announced_ < step_bytes) return;
  if (!thread_.joinable() && !has_no_thread_) {
    try {
      thread_ = std::thread([this] { work(); });
    } catch (const std::system_error&) {
      has_no_thread_ = true;
    }
  }
  if (has_no_thread_) {
    // Errors are ignored here: they recur in the final flush.
    platform::start_writing(fd_, static_cast<off_t>(announced_), static_cast<off_t>(bytes - announced_));
  } else {
    const std::lock_guard lock(mutex_);
    check(name);
    wanted_ = bytes;
    changed_.notify_one();
  }
  announced_ = bytes;
}

void BackgroundFlush::work() {
  std::uint64_t flushed = 0;
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return is_ended_ || wanted_ > flushed; });
    if (is_ended_) return;
    flushed = wanted_;
    lock.unlock();
    const int error = platform::flush_ahead(fd_) == 0 ? 0 : errno;
    lock.lock();
    if (error == 0) continue;
    error_ = error;
    return;
  }
}

void BackgroundFlush::finish(std::string_view name) {
  stop();
  check(name);
}

}  // namespace corral

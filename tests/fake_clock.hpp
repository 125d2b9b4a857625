#pragma once

#include <functional>
#include <stdexcept>

#include "backends/bytes/unix_time.hpp"
#include "backends/clock.hpp"

namespace corral::testing {

/// A clock that stands still until a test moves it or something waits on it. Waiting takes no real time,
/// except for files: those are waited for as long as asked, and the clock moves only if none is ready by
/// then.
class FakeClock final : public Clock {
 public:
  [[nodiscard]] UnixMillis now() const override { return now_; }
  [[nodiscard]] UnixMillis elapsed() const override { return now_; }

  /// Throws std::logic_error in place of a wait without an end.
  void wait(std::span<pollfd> files, UnixMillis milliseconds) const override {
    constexpr int most = 100'000;
    if (++waits_ > most) throw std::logic_error("waited 100,000 times: what is waited for does not come");
    const bool ready =
        !files.empty() && ::poll(files.data(), files.size(), static_cast<int>(milliseconds)) != 0;
    if (!ready) now_ += milliseconds;
    if (after_wait) after_wait();
  }

  void set(UnixMillis now) { now_ = now; }
  void advance(UnixMillis milliseconds) { now_ += milliseconds; }

  /// What happens elsewhere while something waits.
  std::function<void()> after_wait;

 private:
  mutable UnixMillis now_ = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
  mutable int waits_ = 0;
};

}  // namespace corral::testing

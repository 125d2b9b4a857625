#pragma once

#include <poll.h>
#include <span>

#include "backends/bytes/unix_time.hpp"

namespace corral {

/// The time and the only way to let it pass, so that tests can set and move it.
class Clock {
 public:
  virtual ~Clock() = default;

  /// The time of day.
  [[nodiscard]] virtual UnixMillis now() const = 0;

  /// Milliseconds since an arbitrary moment, for measuring how long something takes: unlike `now`, it does
  /// not jump when the system's time is set.
  [[nodiscard]] virtual UnixMillis elapsed() const = 0;

  /// Waits for `milliseconds` (0 to 60,000), or until a file is ready, or SIGINT or SIGTERM arrives. Sets
  /// `revents` as poll(2) does.
  virtual void wait(std::span<pollfd> files, UnixMillis milliseconds) const = 0;

  /// The same without files.
  void sleep(UnixMillis milliseconds) const { wait({}, milliseconds); }
};

}  // namespace corral

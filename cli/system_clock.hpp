#pragma once

#include "backends/bytes/unix_time.hpp"
#include "backends/clock.hpp"

namespace corral {

/// The system clock.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] UnixMillis now() const override;
  [[nodiscard]] UnixMillis elapsed() const override;
  void wait(std::span<pollfd> files, UnixMillis milliseconds) const override;
};

}  // namespace corral

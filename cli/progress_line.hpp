#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "backends/bytes/unix_time.hpp"
#include "backends/clock.hpp"
#include "commands/command/output.hpp"

namespace corral {

/// "12,345".
std::string grouped(std::uint64_t count);

/// "512 B", "1.5 KiB", "25.0 MiB".
std::string human_bytes(std::uint64_t bytes);

/// The text of a progress line: "Writing  3,200 / 10,000  32%  1,200/s". `rate` is per second; 0: not yet
/// known.
std::string progress_text(std::string_view what, std::uint64_t done, std::uint64_t total, ProgressUnit unit,
                          std::uint64_t rate);

/// A line at the bottom of a terminal that is redrawn repeatedly. Writes nothing if disabled.
class ProgressDisplay {
 public:
  ProgressDisplay(int fd, bool on) : fd_(fd), on_(on) {}

  [[nodiscard]] bool on() const { return on_; }
  [[nodiscard]] bool visible() const { return visible_; }

  /// Draws `text`, cut to the terminal's width. Ignores errors of the terminal.
  void draw(std::string_view text);
  void wipe();

 private:
  int fd_;
  bool on_;
  bool visible_ = false;
};

/// Draws at most ten times a second, and nothing in the first 200 ms. The display and the clock must outlive
/// it.
class ProgressLine final : public Progress {
 public:
  ProgressLine(ProgressDisplay& display, const Clock& clock, std::string what, std::uint64_t total,
               ProgressUnit unit);
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() override;
  void update(std::uint64_t done, std::uint64_t statements = 0) override;

 private:
  ProgressDisplay& display_;
  const Clock& clock_;
  std::string what_;
  std::uint64_t total_;
  ProgressUnit unit_;
  UnixMillis start_;  ///< both as Clock::elapsed
  UnixMillis next_;
};

}  // namespace corral

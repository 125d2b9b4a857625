#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "serve/http/access_log.hpp"

namespace corral::serve {

/// Counts what a server does, for Prometheus. Any thread may use it.
class Metrics {
 public:
  void count(const LogEntry& entry);

  std::atomic<std::int64_t> connections = 0;       ///< open now
  std::atomic<std::int64_t> requests_at_work = 0;  ///< being answered now
  std::atomic<std::uint64_t> refused_heads = 0;    ///< what was no request: malformed, too large, too slow

  /// All of it in Prometheus' text format, version 0.0.4, with the number of lines that the log dropped.
  [[nodiscard]] std::string text(std::uint64_t dropped_lines) const;

 private:
  /// Upper bounds of the buckets of the durations, in seconds; the last one has none.
  static constexpr std::array<double, 10> bounds = {0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30};

  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;  ///< by operation and status
  std::array<std::uint64_t, bounds.size() + 1> durations_{};
  std::uint64_t microseconds_ = 0;
  std::uint64_t bytes_in_ = 0;
  std::uint64_t bytes_out_ = 0;
};

}  // namespace corral::serve

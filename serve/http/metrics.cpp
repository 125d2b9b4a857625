#include "serve/http/metrics.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace corral::serve {

namespace {

constexpr double microseconds_a_second = 1'000'000;

std::string described(std::string_view name, std::string_view type, std::string_view help) {
  return fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

template <typename Number>
std::string single(std::string_view name, std::string_view type, std::string_view help, Number value) {
  return described(name, type, help) + fmt::format("{} {}\n", name, value);
}

}  // namespace

void Metrics::count(const LogEntry& entry) {
  const double seconds = static_cast<double>(entry.microseconds) / microseconds_a_second;
  const auto bucket =
      static_cast<std::size_t>(std::lower_bound(bounds.begin(), bounds.end(), seconds) - bounds.begin());
  const std::scoped_lock lock(mutex_);
  ++requests_[{entry.operation.empty() ? "none" : entry.operation, entry.status}];
  ++durations_.at(bucket);
  microseconds_ += entry.microseconds;
  bytes_in_ += entry.bytes_in;
  bytes_out_ += entry.bytes_out;
}

std::string Metrics::text(std::uint64_t dropped_lines) const {
  std::string text =
      single("corral_connections", "gauge", "Open connections.", connections.load()) +
      single("corral_requests_in_flight", "gauge", "Requests being answered.", requests_at_work.load()) +
      single("corral_rejected_heads_total", "counter",
             "Connections closed because what came was no valid request.", refused_heads.load()) +
      single("corral_log_lines_dropped_total", "counter",
             "Lines of the access log that were dropped because nothing read it.", dropped_lines);
  const std::scoped_lock lock(mutex_);
  text += described("corral_requests_total", "counter", "Answered requests.");
  for (const auto& [of, count] : requests_) {
    text += fmt::format("corral_requests_total{{operation=\"{}\",status=\"{}\"}} {}\n", of.first, of.second,
                        count);
  }
  text += single("corral_request_bytes_total", "counter", "Bytes of request bodies.", bytes_in_);
  text += single("corral_response_bytes_total", "counter", "Bytes of response bodies.", bytes_out_);
  text += described("corral_request_duration_seconds", "histogram", "Time to answer a request.");
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    total += durations_.at(i);
    text += fmt::format("corral_request_duration_seconds_bucket{{le=\"{}\"}} {}\n", bounds.at(i), total);
  }
  total += durations_.back();
  text += fmt::format("corral_request_duration_seconds_bucket{{le=\"+Inf\"}} {}\n", total);
  text += fmt::format("corral_request_duration_seconds_sum {}\n",
                      static_cast<double>(microseconds_) / microseconds_a_second);
  text += fmt::format("corral_request_duration_seconds_count {}\n", total);
  return text;
}

}  // namespace corral::serve

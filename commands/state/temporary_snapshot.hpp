#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "backends/bytes/unix_time.hpp"
#include "backends/state_snapshots.hpp"

namespace corral::state {

/// The name of a snapshot that lives as long as one command: "~export-<milliseconds>-<process>".
std::string temporary_name(std::string_view purpose, UnixMillis now);

/// Whether it is such a snapshot, orphaned by a killed command.
bool is_left_over(std::string_view name);

/// Removes a snapshot when the scope is left, also by an exception.
class TemporarySnapshot {
 public:
  TemporarySnapshot(StateSnapshots& snapshots, std::string name)
      : snapshots_(snapshots), name_(std::move(name)) {}
  TemporarySnapshot(const TemporarySnapshot&) = delete;
  TemporarySnapshot& operator=(const TemporarySnapshot&) = delete;
  ~TemporarySnapshot();

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  StateSnapshots& snapshots_;
  std::string name_;
};

}  // namespace corral::state

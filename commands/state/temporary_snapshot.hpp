#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "backends/state_snapshots.hpp"

namespace corral::state {

/// The name of a snapshot for the time of one command: "~export-<milliseconds>-<process>".
std::string temporary_name(std::string_view purpose, UnixMillis now);

/// Whether it is such a snapshot of a command that is over without having removed it: it was killed.
bool is_left_over(std::string_view name);

/// Removes a snapshot at the end of the scope, however that is left.
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

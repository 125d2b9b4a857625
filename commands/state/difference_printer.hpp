#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "backends/state_snapshots.hpp"
#include "commands/command/output.hpp"
#include "commands/text/table.hpp"

namespace corral::state {

/// Writes differences as they are found, in constant memory: rows of a table, or an array of JSON objects.
class DifferencePrinter {
 public:
  /// The display name of the resource that a difference is in.
  using NameOf = std::function<std::string(const StateDifference&)>;

  DifferencePrinter(Output& out, NameOf name_of) : out_(out), name_of_(std::move(name_of)) {}

  void print(const StateDifference& difference);

  /// Writes what is left; returns how many differences there were.
  std::uint64_t finish();

 private:
  void add_row(const StateDifference& difference);
  [[nodiscard]] std::string json_of_difference(const StateDifference& difference) const;

  Output& out_;
  NameOf name_of_;
  Table table_{{{"change"}, {"service"}, {"resource"}, {"what"}, {"item"}, {"differs in"}}};
  std::uint64_t count_ = 0;
};

}  // namespace corral::state

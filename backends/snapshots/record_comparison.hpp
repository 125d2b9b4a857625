#pragma once

#include <functional>

#include "backends/snapshots/records.hpp"
#include "backends/state_snapshots.hpp"

namespace corral::snapshots {

/// Reports the differences between two states of an LMDB environment. `open` returns the entries of the first
/// or the second state from the start; it is called twice for each.
void compare_records(const std::function<std::unique_ptr<RecordStream>(bool second)>& open,
                     const std::function<void(const StateDifference&)>& visit);

}  // namespace corral::snapshots

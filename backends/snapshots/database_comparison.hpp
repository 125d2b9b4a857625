#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "backends/sqlite/connection.hpp"
#include "backends/state_snapshots.hpp"

namespace corral::snapshots {

/// Whether the values with these ids, in the first and the second state, have the same bytes.
using SameValue = std::function<bool(std::string_view first_id, std::string_view second_id)>;

/// Reports the differences between two states of the database at `path`; nullptr means it does not exist,
/// which is equivalent to empty.
void compare_databases(const std::string& path, const sqlite::Connection* first,
                       const sqlite::Connection* second, const SameValue& same_value,
                       const std::function<void(const StateDifference&)>& visit);

}  // namespace corral::snapshots

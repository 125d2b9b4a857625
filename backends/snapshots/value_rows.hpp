#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/sqlite/connection.hpp"

namespace corral::snapshots {

/// A value that a row of KV or R2 names.
struct NamedValue {
  std::string id;
  std::optional<std::uint64_t> bytes;  ///< where the row says it
  std::string key;                     ///< the key or object that it belongs to
};

/// All values that the rows of a database of KV or R2 name, in the state that the connection reads.
std::vector<NamedValue> named_values(const sqlite::Connection& connection);

}  // namespace corral::snapshots

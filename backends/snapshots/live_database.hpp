#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "backends/wrangler/service_tables.hpp"

namespace corral::snapshots {

/// What became of a database of the state.
struct Replaced {
  bool changed = false;
  std::string signature;  ///< what it is known by now; empty if somebody may have written since
  std::vector<wrangler::NamedValue> values;  ///< what its rows named before, if it is one of KV or R2
};

/// Makes a database of the state hold what a kept one holds: through SQLite where the file exists, as others
/// may have it open; else as a new file that is whole when it appears. Durable when it returns.
Replaced replace_database(const std::filesystem::path& live, const std::filesystem::path& kept,
                          bool names_values);

/// Empties a database of the state. `keep_tables`: removes the rows alone, as whoever has it open expects the
/// tables (KV, R2, alarms). Else what is in use stays, empty, and what is not is removed.
Replaced empty_database(const std::filesystem::path& live, bool keep_tables);

}  // namespace corral::snapshots

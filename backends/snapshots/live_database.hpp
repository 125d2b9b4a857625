#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "backends/wrangler/service_tables.hpp"

namespace corral::snapshots {

/// The outcome of replacing or emptying a database of the state.
struct Replaced {
  bool changed = false;
  std::string signature;  ///< its content signature now; empty if another process may have written since
  std::vector<std::string> values;  ///< the blobs that its rows referenced before, if of KV or R2
};

/// Makes a database of the state equal to one of a snapshot: through SQLite if the file exists, since other
/// processes may have it open; otherwise as a new file that appears complete. Durable when it returns.
Replaced replace_database(const std::filesystem::path& live, const std::filesystem::path& kept,
                          bool names_values);

/// Empties a database of the state. `keep_tables`: deletes only the rows, since a process that has it open
/// expects the tables (KV, R2, alarms). Otherwise a database in use is left empty and any other is removed.
Replaced empty_database(const std::filesystem::path& live, bool keep_tables);

}  // namespace corral::snapshots

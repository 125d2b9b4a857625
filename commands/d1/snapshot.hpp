#pragma once

#include <filesystem>

#include "commands/d1/target.hpp"

namespace corral::d1 {

/// Copies a database, as it is at one moment, into a new file below `<state>/v3/corral/snapshots/d1/`, named
/// by the database and the time. The copy is whole and on disk when this returns its path.
std::filesystem::path take_snapshot(Context& context, const StateOptions& state, const Database& database);

}  // namespace corral::d1

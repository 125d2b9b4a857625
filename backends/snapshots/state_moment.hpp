#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "backends/lmdb/environment.hpp"
#include "backends/snapshots/database_moment.hpp"
#include "backends/state_snapshots.hpp"

namespace corral::snapshots {

/// The state folder that is in use, and what is told while something takes long.
struct LiveState {
  std::filesystem::path v3;
  lmdb::Environment& environment;
  lmdb::Environment& queues;
  std::function<void()> check_interrupt;
};

/// The whole state at one moment: everything here was the latest at once, whatever is written since.
struct StateMoment {
  std::map<std::string, std::unique_ptr<DatabaseMoment>> databases;  ///< by their paths below `v3`
  lmdb::Transaction* environment = nullptr;                          ///< nullptr: there is none
  lmdb::Transaction* queues = nullptr;
  std::string environment_signature;
  std::string queues_signature;
};

/// Finds a moment and calls `body` with it. Begins to read everywhere, then looks whether anybody has
/// committed anywhere meanwhile, and begins anew only there: what is quiet stays as it is, so that a moment
/// is found soon even if one database is written to all the time. `accept` may ask for a later moment. Throws
/// busy if none is found in some seconds. See docs/decisions/0011-one-moment.md.
void at_one_moment(const LiveState& live, const std::vector<StateService>& services,
                   const std::function<bool(const StateMoment&)>& accept,
                   const std::function<void(const StateMoment&)>& body);

}  // namespace corral::snapshots

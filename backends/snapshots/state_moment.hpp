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

/// The live state folder, and callbacks for long operations.
struct LiveState {
  std::filesystem::path v3;
  lmdb::Environment& environment;
  lmdb::Environment& queues;
  std::function<void()> check_interrupt;
};

/// The whole state at one moment: everything here was current at the same time, whatever is written
/// afterwards.
struct StateMoment {
  std::map<std::string, std::unique_ptr<DatabaseMoment>> databases;  ///< by path relative to `v3`
  lmdb::Transaction* environment = nullptr;                          ///< nullptr if there is none
  lmdb::Transaction* queues = nullptr;
  std::string environment_signature;
  std::string queues_signature;
};

/// Finds a moment and calls `body` with it. Begins a read transaction everywhere, then checks for commits
/// made meanwhile and begins again only where there were any: quiet databases keep their transaction, so a
/// moment is found soon even if one database is written to constantly. `accept` may ask for a later moment.
/// Throws busy if none is found within a few seconds. See docs/decisions/0011-one-moment.md.
void at_one_moment(const LiveState& live, const std::vector<StateService>& services,
                   const std::function<bool(const StateMoment&)>& accept,
                   const std::function<void(const StateMoment&)>& body);

}  // namespace corral::snapshots

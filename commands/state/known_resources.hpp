#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backends/state_care.hpp"
#include "commands/command/context.hpp"

namespace corral::state {

/// A resource with data in the state folder.
struct KnownResource {
  std::string service;             ///< "kv", "d1", "r2", "queues" or "do"
  std::vector<std::string> names;  ///< all its names, starting with the one for display
  std::string id;                  ///< its id in the local state; empty if unknown
  StateFile file;                  ///< its path is empty if it has no file of its own: queues, KV in LMDB
  std::uint64_t messages = 0;      ///< for a queue
  std::uint64_t bytes = 0;         ///< for a queue: the size of its message bodies

  [[nodiscard]] bool goes_by(std::string_view name) const;
};

/// All resources with data, by service. Each object of a Durable Object class counts as one; files with
/// alarms are left out.
std::vector<KnownResource> stored_resources(Context& context, const StateOptions& state);

}  // namespace corral::state

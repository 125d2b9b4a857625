#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backends/state_care.hpp"
#include "commands/command/context.hpp"

namespace corral::state {

/// Something that stores data in the state folder.
struct KnownResource {
  std::string service;             ///< "kv", "d1", "r2", "queues" or "do"
  std::vector<std::string> names;  ///< all that it goes by: the one for people first
  std::string id;                  ///< as the local state names it; empty if it cannot be told
  StateFile file;                  ///< with an empty path if it has none of its own: queues, KV in LMDB
  std::uint64_t messages = 0;      ///< of a queue
  std::uint64_t bytes = 0;         ///< of a queue: its messages' bodies

  [[nodiscard]] bool goes_by(std::string_view name) const;
};

/// Everything that holds data, by service. The objects of a Durable Object class are one each; files with
/// alarms are left out.
std::vector<KnownResource> stored_resources(Context& context, const StateOptions& state);

}  // namespace corral::state

#pragma once

#include <map>
#include <string>

#include "commands/command/context.hpp"

namespace corral::state {

/// The display names of the resources whose files are in the state.
class ResourceNames {
 public:
  ResourceNames(Context& context, const StateOptions& state);

  /// The name of a KV namespace, database, bucket or Durable Object class, given its file below `v3`;
  /// otherwise the location that the difference states.
  [[nodiscard]] std::string of(const StateDifference& difference) const;

 private:
  void add(const Stores& stores, ResourceKind kind, const std::string& id, const std::string& name);

  std::map<std::string, std::string> by_file_;
};

}  // namespace corral::state

#pragma once

#include <string>
#include <vector>

#include "commands/command/context.hpp"

namespace corral::kv {

/// A namespace known from the registry, the config or the disk.
struct KnownNamespace {
  std::string id;
  std::string title = {};                  ///< empty if it was not created here
  std::vector<std::string> bindings = {};  ///< in the config, for the environment in use
  std::vector<std::string> backends = {};  ///< where entries are stored: "wrangler", "lmdb"
};

/// All known namespaces: those created here by title, then those of the config in its order, then those that
/// exist only on disk, by id.
std::vector<KnownNamespace> known_namespaces(Context& context, const StateOptions& state);

}  // namespace corral::kv

#pragma once

#include <string>
#include <vector>

#include "commands/command/context.hpp"

namespace corral::kv {

/// A namespace that is known from any of: the registry or the account, the config, the disk.
struct KnownNamespace {
  std::string id;
  std::string title = {};                  ///< empty if it was not created here
  std::vector<std::string> bindings = {};  ///< in the config, for the environment in use
  std::vector<std::string> backends = {};  ///< where entries are stored: "wrangler", "lmdb"
  std::string description = {};            ///< what the account says of it (KvNamespace)
};

/// All known namespaces: those with a title by title, then those of the config in its order, then those that
/// only exist on disk, by id. Of an account: those that it has.
std::vector<KnownNamespace> known_namespaces(Context& context, const StateOptions& state);

}  // namespace corral::kv

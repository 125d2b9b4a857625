#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/command/project.hpp"
#include "commands/state/transfer/transfer.hpp"

namespace corral::state {

/// What a config says of the resource of a binding, which may have another for previews.
struct BoundResource {
  std::vector<std::string> names;         ///< all that a user may call it but its ids, first that for display
  std::optional<std::string> id;          ///< in the account
  std::optional<std::string> preview_id;  ///< in the account, for previews
  std::string local_id;                   ///< where `wrangler dev` looks for it
  std::optional<std::string> jurisdiction = {};
};

/// The resources that are meant: with --preview those for previews, without it the others, and the one for
/// previews of a binding that has no other. Each pair of places comes once; a binding without a preview is
/// left out with --preview. An `account_id` is empty if the config names none at all.
std::vector<TransferResource> resources_of(const Project& project, const TransferOptions& options,
                                           StateService service, std::vector<BoundResource> bindings);

}  // namespace corral::state

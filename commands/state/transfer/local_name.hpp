#pragma once

#include "backends/registry.hpp"
#include "commands/state/transfer/transfer.hpp"

namespace corral::state {

/// Makes the local commands know a resource that was pulled, and that no config binds, by the name that it
/// has in the account. Says so if another local resource has that name.
void register_name(Context& context, const TransferOptions& options, const TransferResource& resource,
                   ResourceKind kind);

}  // namespace corral::state

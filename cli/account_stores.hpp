#pragma once

#include <memory>

#include "cli/runtime_context.hpp"

namespace corral {

/// The stores of the account that the config and the environment name. Connects to nothing before the first
/// use. The context and the environment must outlive it.
std::unique_ptr<Stores> open_account_stores(Context& context, const ProjectRequest& request,
                                            const Environment& environment);

}  // namespace corral

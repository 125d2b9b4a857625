#pragma once

#include <memory>

#include "cli/environment.hpp"
#include "cli/runtime_context.hpp"
#include "commands/command/context.hpp"

namespace corral {

/// Who a run is for Cloudflare's API. Variables that the process's environment does not have, or has empty,
/// are looked up in environment files (`request`), as wrangler does. With "http" in CORRAL_DEBUG, a line a
/// request goes to stderr.
std::unique_ptr<Identity> open_cloudflare_identity(Context& context, const ProjectRequest& request,
                                                   const Environment& environment);

}  // namespace corral

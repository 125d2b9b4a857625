#pragma once

#include <memory>

#include "backends/environment.hpp"
#include "backends/identity.hpp"
#include "cli/runtime_context.hpp"

namespace corral {

namespace cloudflare {
class Session;
}

/// The way to the account for a run (backends/cloudflare/session.hpp), on the variables of the process and of
/// the environment files. The context and the environment must outlive it.
std::shared_ptr<cloudflare::Session> open_cloudflare_session(Context& context, const ProjectRequest& request,
                                                             const Environment& environment);

std::unique_ptr<Identity> open_cloudflare_identity(Context& context, const ProjectRequest& request,
                                                   const Environment& environment);

}  // namespace corral

#pragma once

#include <memory>

#include "backends/cloudflare/session.hpp"
#include "backends/identity.hpp"

namespace corral::cloudflare {

/// The Identity that Cloudflare's REST API and wrangler's files give.
std::unique_ptr<Identity> open_identity(std::shared_ptr<Session> session);

}  // namespace corral::cloudflare

#pragma once

#include "serve/http/handler.hpp"

namespace corral::serve::rest {

/// Where the API begins, as CLOUDFLARE_API_BASE_URL ends.
inline constexpr const char* base_path = "/client/v4/";

/// Makes the handlers of Cloudflare's REST API on the local state (docs/reference/serve-rest.md). All of one
/// server must come from one call: they share the files that are on their way to and from D1.
MakeHandler rest_handlers();

}  // namespace corral::serve::rest

#pragma once

#include "serve/http/handler.hpp"

namespace corral::serve::rest {

/// Throws Refusal, with the codes of Cloudflare's API, unless the request carries the token of the site as
/// "Authorization: Bearer TOKEN". A global API key (X-Auth-Key, X-Auth-Email) is never accepted.
/// `verifies_token`: the request asks about nothing but the token.
void authorize(const Request& request, const Site& site, bool verifies_token);

}  // namespace corral::serve::rest

#pragma once

#include <string>
#include <string_view>

#include "serve/http/request.hpp"

namespace corral::serve::rest {

/// Throws Refusal unless the request carries the token as "Authorization: Bearer TOKEN", with the codes of
/// Cloudflare's API. A global API key (X-Auth-Key, X-Auth-Email) is never accepted. The comparison takes the
/// same time for every wrong token.
void authorize(const Request& request, std::string_view token, bool verifies_token);

/// The id that the API gives of a token: it tells tokens apart and reveals nothing of them. 32 hex digits.
std::string token_id(std::string_view token);

}  // namespace corral::serve::rest

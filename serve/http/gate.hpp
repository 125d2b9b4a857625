#pragma once

#include <optional>
#include <string_view>

#include "serve/http/handler.hpp"
#include "serve/http/request.hpp"
#include "serve/http/router.hpp"

namespace corral::serve {

/// Refuses what a web page could make a browser send to this machine: a request whose Origin is another
/// site's. S3 needs no such check, because a page cannot sign, and answers by the CORS rules of the bucket. A
/// name that leads to this machine by DNS (rebinding) is caught by the router: only own names get past S3,
/// which knows its buckets' hosts. nullopt: it may pass.
std::optional<Response> refusal_at_gate(const Request& request, Endpoint endpoint);

/// Whether an Origin header names a page of this machine: "http://localhost:5173".
bool is_local_origin(std::string_view origin);

/// Whether the request has the bearer token of the site. Compares in constant time.
bool has_token(const Request& request, const Site& site);

/// Whether two secrets are equal; takes time by their lengths only.
bool equal_secrets(std::string_view one, std::string_view other);

}  // namespace corral::serve

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/text/json.hpp"
#include "serve/http/request.hpp"
#include "serve/http/response.hpp"

namespace corral::serve::s3 {

/// Adds the headers that let a page of another origin see a response, if a CORS rule of the bucket allows it
/// (docs/reference/r2.md has the shape of the rules). Does nothing for a request without Origin.
void add_cors_headers(const Request& request, const Json& settings, Response& response);

/// Answers a preflight (OPTIONS). Throws S3Error (AccessForbidden) if no rule allows the request that it
/// announces.
Response preflight(const Request& request, const Json& settings);

}  // namespace corral::serve::s3

#pragma once

#include "serve/http/handler.hpp"
#include "serve/http/request.hpp"

namespace corral::serve {

/// Who answers a request.
enum class Endpoint {
  health,   ///< GET /healthz
  metrics,  ///< GET /metrics
  rest,     ///< /client/v4 and below
  s3,       ///< everything else
};

/// Chooses by path, on a host that is the server's own name or address: "localhost", an IP address, a name of
/// the site. Another host names a bucket ("media.localhost") or is a bucket's domain, which is S3's whatever
/// the path; and so is a request that carries a signature of S3, since a bucket may be called "metrics" or
/// "client".
Endpoint endpoint_of(const Request& request, const Site& site);

/// Whether a host is an address, "localhost" or a name of the site. A page that has its own name lead to this
/// machine (DNS rebinding) cannot have one of these.
bool is_own_name(std::string_view host, const Site& site);

/// Whether the request carries an AWS signature, in its Authorization header or its query.
bool has_s3_signature(const Request& request);

}  // namespace corral::serve

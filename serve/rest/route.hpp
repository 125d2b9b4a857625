#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "serve/rest/call.hpp"

namespace corral::serve::rest {

/// One endpoint. In the pattern ":name" stands for one segment of the path, which is not empty, and "*name"
/// at its end for all that is left, slashes included.
struct Route {
  std::string_view operation;  ///< for the log: "kv.values.put"
  std::string_view method;
  std::string_view pattern;  ///< "accounts/:account/r2/buckets/:bucket/objects/*key"
  Handle handle;
};

/// The endpoints of a service, and its codes.
struct Service {
  std::span<const Route> routes;
  ServiceCodes codes;
};

using Captures = std::vector<std::pair<std::string_view, std::string>>;

/// The captures of a path that fits the pattern, decoded; nullopt: it does not fit. A path is split before it
/// is decoded, so a slash that is encoded is part of its segment, and "." and ".." are segments like others.
std::optional<Captures> captures_of(std::string_view pattern, std::string_view path);

/// Where a request belongs.
struct Found {
  const Service* service;
  const Route* route;
  Captures captures;
};

/// The endpoint for a request to `path`. HEAD is answered by the endpoint for GET. Throws Refusal: 405 if the
/// path has endpoints for other methods only, else 404.
Found find_route(std::span<const Service> services, std::string_view method, std::string_view path);

}  // namespace corral::serve::rest

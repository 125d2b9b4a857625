#pragma once

#include <span>

#include "backends/cloudflare/api_codes.hpp"
#include "serve/rest/route.hpp"

namespace corral::serve::rest {

/// The lists of Durable Objects (docs/reference/remote.md, "Durable Objects").
std::span<const Route> durable_object_routes();

inline constexpr ServiceCodes durable_object_codes = {.not_found = cloudflare::code::do_no_such_namespace,
                                                      .conflict = cloudflare::code::do_no_such_namespace,
                                                      .invalid = cloudflare::code::do_no_such_namespace,
                                                      .denied = cloudflare::code::do_no_such_namespace,
                                                      .internal = cloudflare::code::do_no_such_namespace};

}  // namespace corral::serve::rest

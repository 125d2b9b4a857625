#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "backends/cloudflare/api_codes.hpp"
#include "backends/sql_database.hpp"
#include "commands/d1/target.hpp"
#include "serve/rest/route.hpp"

namespace corral::serve::rest {

// The endpoints of D1 (docs/reference/remote.md, "D1").
std::span<const Route> d1_database_routes();
std::span<const Route> d1_query_routes();
std::span<const Route> d1_transfer_routes();

inline constexpr ServiceCodes d1_codes = {.not_found = cloudflare::code::d1_no_such_database,
                                          .conflict = cloudflare::code::d1_bad_request,
                                          .invalid = cloudflare::code::d1_bad_request,
                                          .denied = cloudflare::code::d1_bad_request,
                                          .internal = cloudflare::code::d1_query_failed};

/// The database that the path names by its id or name. Throws Refusal (404).
d1::Database find_database(const Call& call);

}  // namespace corral::serve::rest

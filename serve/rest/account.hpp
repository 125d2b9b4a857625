#pragma once

#include <span>

#include "serve/rest/route.hpp"

namespace corral::serve::rest {

/// The id of the account that stands for the state folder. Endpoints take any other id for it, too, so that a
/// config's account_id works as it is.
inline constexpr const char* account_id = "10ca1000000000000000000000000000";

inline constexpr ServiceCodes account_codes = {
    .not_found = 7003, .conflict = 7003, .invalid = 7003, .denied = 7003, .internal = 7003};

/// Who asks and which accounts there are, and of Workers what the storage commands ask.
std::span<const Route> account_routes();

}  // namespace corral::serve::rest

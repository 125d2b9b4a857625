#pragma once

#include <map>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace corral::testing {

/// The leaves of the built program's command tree by their words ("kv key put"), as `help --json` describes
/// them.
std::map<std::string, nlohmann::json> all_leaves();

}  // namespace corral::testing

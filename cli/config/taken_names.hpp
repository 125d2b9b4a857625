#pragma once

#include <map>
#include <string>

#include "cli/config/config_value.hpp"

namespace corral::config {

/// The names of all bindings that a Worker gets from `scope`, the top level or an environment of a config,
/// each with the places that give it: "kv_namespaces[0]", "vars". wrangler (4.164.0) refuses a config that
/// gives a name twice, whatever the kinds of the bindings.
std::multimap<std::string, std::string> taken_names(const Value& scope);

}  // namespace corral::config

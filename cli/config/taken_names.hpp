#pragma once

#include <map>
#include <string>

#include "cli/config/config_value.hpp"

namespace corral::config {

/// The names of all bindings in `scope`, the top level or an environment of a config, each with its location:
/// "kv_namespaces[0]", "vars". wrangler (4.164.0) rejects a config that uses a name twice, even for different
/// kinds of bindings.
std::multimap<std::string, std::string> taken_names(const Value& scope);

}  // namespace corral::config

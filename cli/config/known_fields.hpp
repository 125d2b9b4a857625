#pragma once

#include <string_view>

namespace corral::config {

/// Whether wrangler 4.164.0 accepts a field with this name at the top level of a config (from its published
/// schema, plus deprecated names that it still accepts).
bool is_known_top_level_field(std::string_view name);

/// The same for a field of an environment.
bool is_known_environment_field(std::string_view name);

}  // namespace corral::config

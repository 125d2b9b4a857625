#pragma once

#include <string_view>

namespace corral {

/// The version of the program: "0.1.0".
inline constexpr std::string_view program_version = CORRAL_VERSION;

/// What corral calls itself in HTTP requests.
inline constexpr const char* user_agent = "corral/" CORRAL_VERSION;

}  // namespace corral

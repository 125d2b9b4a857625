#pragma once

#include <string_view>

namespace corral {

/// The version of the program: "0.1.0".
inline constexpr std::string_view program_version = CORRAL_VERSION;

}  // namespace corral

#pragma once

#include <filesystem>

namespace corral::platform {

/// Where programs keep their settings when XDG_CONFIG_HOME says nothing: HOME/.config, on macOS
/// HOME/Library/Preferences.
std::filesystem::path config_folder(const std::filesystem::path& home);

}  // namespace corral::platform

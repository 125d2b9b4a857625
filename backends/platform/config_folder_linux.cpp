#include "backends/platform/config_folder.hpp"

namespace corral::platform {

std::filesystem::path config_folder(const std::filesystem::path& home) {
  return home / ".config";
}

}  // namespace corral::platform

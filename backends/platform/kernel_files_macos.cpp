#include <charconv>
#include <string>
#include <system_error>

#include "backends/platform/kernel_files.hpp"

namespace corral::platform {

namespace fs = std::filesystem;

bool has_links_to_open_files(const fs::path& /*folder*/) {
  return false;
}

bool cannot_hold_files(fs::path /*folder*/) {
  return false;
}

std::optional<int> named_descriptor(const fs::path& path) {
  const std::string name = path.filename().native();
  int number = -1;
  const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (failure != std::errc() || end != name.data() + name.size()) return std::nullopt;
  std::error_code error;
  return fs::canonical(path.parent_path(), error) == "/dev/fd" ? std::optional(number) : std::nullopt;
}

}  // namespace corral::platform

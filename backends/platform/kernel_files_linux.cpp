#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <linux/magic.h>
#include <string>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <system_error>

#include "backends/platform/kernel_files.hpp"

namespace corral::platform {

namespace fs = std::filesystem;

namespace {

bool is_link(const fs::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
}

}  // namespace

bool has_links_to_open_files(const fs::path& folder) {
  struct statfs system {};
  return ::statfs(folder.c_str(), &system) == 0 && system.f_type == PROC_SUPER_MAGIC;
}

bool cannot_hold_files(fs::path folder) {
  struct statfs system {};
  while (::statfs(folder.c_str(), &system) != 0) {
    if (errno != ENOENT || !folder.has_relative_path()) return false;
    folder = folder.parent_path();
  }
  return system.f_type == PROC_SUPER_MAGIC || system.f_type == SYSFS_MAGIC;
}

std::optional<int> named_descriptor(const fs::path& path) {
  const std::string name = path.filename().native();
  int number = -1;
  const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (failure != std::errc() || end != name.data() + name.size() || !is_link(path)) {
    return std::nullopt;
  }
  std::error_code error;
  const fs::path folder = fs::canonical(path.parent_path(), error);
  if (error) return std::nullopt;
  const std::array ours = {fs::canonical("/proc/self/fd", error),
                           fs::canonical("/proc/thread-self/fd", error)};
  return std::find(ours.begin(), ours.end(), folder) == ours.end() ? std::nullopt : std::optional(number);
}

}  // namespace corral::platform

#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace corral::platform {

/// A process that has files of a folder open.
struct FileUser {
  int pid = 0;
  std::string program;  ///< its name as reported by the system: "workerd"
  std::vector<std::filesystem::path> files;
  bool is_writing = false;  ///< it holds the write lock of an SQLite database; unknown (false) on macOS
};

/// The other processes that have files below the folder open, as far as visible to this user: from /proc on
/// Linux (none where it is missing), from libproc on macOS.
std::vector<FileUser> users_of(const std::filesystem::path& folder);

}  // namespace corral::platform

#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace corral {

/// A process that has files of a folder open.
struct FileUser {
  int pid = 0;
  std::string program;  ///< its name as reported by the system: "workerd"
  std::vector<std::filesystem::path> files;
  bool is_writing = false;  ///< it holds the write lock of an SQLite database
};

/// The other processes that have files below the folder open, as far as visible to this user. Reads /proc;
/// returns none where it is missing.
std::vector<FileUser> users_of(const std::filesystem::path& folder);

}  // namespace corral

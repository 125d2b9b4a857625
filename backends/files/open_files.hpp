#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace corral {

/// A process that has files of a folder open.
struct FileUser {
  int pid = 0;
  std::string program;  ///< its name as the system shows it: "workerd"
  std::vector<std::filesystem::path> files;
  bool is_writing = false;  ///< it holds the lock that an SQLite database's writer has
};

/// The other processes that have files below the folder open, as far as this user may see them. Reads /proc;
/// where there is none, nobody is found.
std::vector<FileUser> users_of(const std::filesystem::path& folder);

}  // namespace corral

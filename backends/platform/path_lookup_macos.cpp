#include <cerrno>
#include <fcntl.h>

#include "backends/platform/path_lookup.hpp"

namespace corral::platform {

const int as_starting_point = 0;

FileDescriptor open_without_links(const std::filesystem::path& path, int flags, mode_t mode) {
  return FileDescriptor(::open(path.c_str(), flags | O_NOFOLLOW_ANY | O_CLOEXEC, mode));
}

bool look_without_links(const std::filesystem::path& path, struct stat* found) {
  const std::filesystem::path around = path.has_parent_path() ? path.parent_path() : ".";
  const FileDescriptor folder = open_without_links(around, O_RDONLY | O_DIRECTORY, 0);
  if (!folder) return false;
  struct stat last {};
  const std::filesystem::path name = path.has_filename() ? path.filename() : ".";
  if (::fstatat(folder.get(), name.c_str(), &last, AT_SYMLINK_NOFOLLOW) != 0) return false;
  if (S_ISLNK(last.st_mode)) {
    errno = ELOOP;
    return false;
  }
  if (found != nullptr) *found = last;
  return true;
}

}  // namespace corral::platform

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <utility>

#include "backends/platform/path_lookup.hpp"

namespace corral::platform {

FileDescriptor open_by_components(const std::filesystem::path& path, int flags, mode_t mode) {
  const int on_the_way = as_starting_point | O_DIRECTORY;
  FileDescriptor folder(::open(path.is_absolute() ? "/" : ".", on_the_way | O_CLOEXEC | O_NOFOLLOW));
  const std::filesystem::path below = path.relative_path();
  for (auto component = below.begin(); folder && component != below.end();) {
    const std::string name = component->empty() ? "." : component->native();
    const bool is_last = ++component == below.end();
    const int wanted = is_last ? flags : on_the_way;
    FileDescriptor next(::openat(folder.get(), name.c_str(), wanted | O_CLOEXEC | O_NOFOLLOW, mode));
    const int error_number = errno;
    // O_PATH opens the link itself; with O_DIRECTORY, a link is not a directory.
    struct stat found {};
    if ((wanted & on_the_way) != 0 &&
        ::fstatat(folder.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(found.st_mode)) {
      errno = ELOOP;
      return {};
    }
    errno = error_number;
    folder = std::move(next);
  }
  return folder;
}

}  // namespace corral::platform

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "backends/platform/path_lookup.hpp"

namespace corral::platform {

const int as_starting_point = O_PATH;

FileDescriptor open_without_links(const std::filesystem::path& path, int flags, mode_t mode) {
  static std::atomic<bool> has_no_openat2 = false;
  if (!has_no_openat2.load(std::memory_order_relaxed)) {
    open_how how{};
    how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
    how.mode = (flags & O_CREAT) != 0 ? mode : 0;  // rejected with other flags
    how.resolve = RESOLVE_NO_SYMLINKS;
    FileDescriptor file(static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how)));
    // EPERM: a sandbox that does not know the call, or the file itself. The fallback below tells which.
    if (file || (errno != ENOSYS && errno != EPERM)) return file;
    if (errno == ENOSYS) has_no_openat2 = true;
  }
  return open_by_components(path, flags, mode);
}

bool look_without_links(const std::filesystem::path& path, struct stat* found) {
  const FileDescriptor file = open_without_links(path, O_PATH, 0);
  return file && (found == nullptr || ::fstat(file.get(), found) == 0);
}

}  // namespace corral::platform

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fmt/format.h>

#include "backends/platform/nameless_file.hpp"

namespace corral::platform {

FileDescriptor open_nameless(const std::filesystem::path& folder, int flags, mode_t mode) {
  return FileDescriptor(::open(folder.c_str(), O_TMPFILE | O_CLOEXEC | flags, mode));
}

bool can_give_names() {
  // Unprivileged processes name an O_TMPFILE file through /proc.
  return ::access("/proc/self/fd", X_OK) == 0;
}

bool give_name(const FileDescriptor& file, const std::filesystem::path& name) {
  if (::linkat(file.get(), "", AT_FDCWD, name.c_str(), AT_EMPTY_PATH) == 0) return true;
  if (errno == EEXIST) return false;
  const std::string by_descriptor = fmt::format("/proc/self/fd/{}", file.get());
  return ::linkat(AT_FDCWD, by_descriptor.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

FileDescriptor make_memory_file() {
  return FileDescriptor(::memfd_create("corral-message", MFD_CLOEXEC));
}

}  // namespace corral::platform

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "backends/platform/flush.hpp"

namespace corral::platform {

int flush_file(int fd) {
  if (::fcntl(fd, F_FULLFSYNC) == 0) return 0;
  const bool is_unknown = errno == ENOTSUP || errno == ENOTTY || errno == EINVAL || errno == ENODEV;
  return is_unknown ? ::fsync(fd) : -1;
}

int flush_ahead(int fd) {
  return ::fsync(fd);
}

void start_writing(int /*fd*/, off_t /*offset*/, off_t /*length*/) {}

int flush_file_system(int fd) {
  if (::fsync_volume_np(fd, SYNC_VOLUME_FULLSYNC | SYNC_VOLUME_WAIT) != 0) return -1;
  return flush_file(fd);
}

int flush_lmdb_commit(int fd) {
  return flush_file(fd);
}

std::string_view sqlite_flush_setting() {
  return "PRAGMA fullfsync = 1";
}

}  // namespace corral::platform

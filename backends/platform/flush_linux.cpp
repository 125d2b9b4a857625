#include <fcntl.h>
#include <unistd.h>

#include "backends/platform/flush.hpp"

namespace corral::platform {

int flush_file(int fd) {
  return ::fsync(fd);
}

int flush_ahead(int fd) {
  return ::fdatasync(fd);
}

void start_writing(int fd, off_t offset, off_t length) {
  ::sync_file_range(fd, offset, length, SYNC_FILE_RANGE_WRITE);
}

int flush_file_system(int fd) {
  return ::syncfs(fd);
}

int flush_lmdb_commit(int /*fd*/) {
  return 0;
}

std::string_view sqlite_flush_setting() {
  return {};
}

}  // namespace corral::platform

#include "backends/platform/file_times.hpp"

namespace corral::platform {

timespec modified_at(const struct stat& status) {
  return status.st_mtimespec;
}

timespec changed_at(const struct stat& status) {
  return status.st_ctimespec;
}

}  // namespace corral::platform

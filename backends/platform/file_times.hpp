#pragma once

#include <ctime>
#include <sys/stat.h>

namespace corral::platform {

/// When the contents last changed (st_mtim; macOS: st_mtimespec), to the nanosecond where the file system
/// keeps that.
timespec modified_at(const struct stat& status);

/// When the contents or the metadata last changed (st_ctim; macOS: st_ctimespec).
timespec changed_at(const struct stat& status);

}  // namespace corral::platform

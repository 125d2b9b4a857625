#pragma once

#include <sys/stat.h>

#include "backends/files/durable_file.hpp"

/// Opening and inspecting paths of which no component may be a symbolic link (backends/files/nofollow.hpp,
/// which decides what is allowed, and says so).
namespace corral::platform {

/// The flag of open(2) for a folder that only begins other paths: O_PATH on Linux, which needs no permission
/// to read the folder. macOS has no such flag (0), so there the folder must be readable.
extern const int as_starting_point;

/// Like open(2), with O_CLOEXEC, but a component that is a link is ELOOP; an empty descriptor on failure. The
/// kernel checks the whole path in the one call that opens it: openat2 on Linux, O_NOFOLLOW_ANY on macOS.
/// Linux before 5.6, and sandboxes that forbid openat2, get `open_by_components`.
FileDescriptor open_without_links(const std::filesystem::path& path, int flags, mode_t mode);

/// Like lstat(2), but a component that is a link is ELOOP, the last one included. With `found` null, only
/// looks whether something is there. Opens nothing that an open could affect: a device, a FIFO, or a database
/// whose locks the process would lose with the descriptor. On macOS, opens the folder around it, which must
/// be readable.
bool look_without_links(const std::filesystem::path& path, struct stat* found);

/// `open_without_links`, one component at a time. Public for testing.
FileDescriptor open_by_components(const std::filesystem::path& path, int flags, mode_t mode);

}  // namespace corral::platform

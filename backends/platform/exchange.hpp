#pragma once

namespace corral::platform {

/// Exchanges two files or folders of one file system, atomically: each gets the other's name. As a system
/// call: -1, and errno has the reason; EINVAL on Linux, ENOTSUP on macOS if the file system cannot (APFS and
/// ext4 can).
int exchange(const char* one, const char* other);

}  // namespace corral::platform

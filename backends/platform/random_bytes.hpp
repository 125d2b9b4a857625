#pragma once

#include <cstddef>
#include <sys/types.h>

namespace corral::platform {

/// Reads up to `count` bytes from the kernel's random numbers, waiting until they are good ones. Returns how
/// many were read, or -1: errno has the reason, EINTR after a signal.
ssize_t read_random(unsigned char* bytes, std::size_t count);

}  // namespace corral::platform

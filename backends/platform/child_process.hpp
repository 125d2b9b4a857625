#pragma once

#include <sys/types.h>

#include "backends/files/durable_file.hpp"

namespace corral::platform {

/// Called in a child after fork: sends it `signal` when its parent ends (prctl). macOS has nothing like it: a
/// child whose parent was killed runs on.
void end_with_parent(int signal);

/// A descriptor that poll(2) reports as readable once the process has ended: pidfd_open on Linux, a kqueue on
/// macOS. On macOS it may be readable an instant before waitpid knows. Empty: errno has the reason.
FileDescriptor watch_end_of(pid_t process);

}  // namespace corral::platform

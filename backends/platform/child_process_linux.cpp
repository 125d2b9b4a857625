#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "backends/platform/child_process.hpp"

namespace corral::platform {

void end_with_parent(int signal) {
  ::prctl(PR_SET_PDEATHSIG, signal);
}

FileDescriptor watch_end_of(pid_t process) {
  return FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
}

}  // namespace corral::platform

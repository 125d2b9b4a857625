#include <fcntl.h>
#include <unistd.h>

#include "backends/platform/pipe.hpp"

namespace corral::platform {

int make_pipe(std::array<int, 2>& ends) {
  if (::pipe(ends.data()) != 0) return -1;
  for (const int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);
  return 0;
}

}  // namespace corral::platform

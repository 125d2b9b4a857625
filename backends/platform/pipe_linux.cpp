#include <fcntl.h>
#include <unistd.h>

#include "backends/platform/pipe.hpp"

namespace corral::platform {

int make_pipe(std::array<int, 2>& ends) {
  return ::pipe2(ends.data(), O_CLOEXEC);
}

}  // namespace corral::platform

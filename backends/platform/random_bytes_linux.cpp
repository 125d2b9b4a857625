#include <sys/random.h>

#include "backends/platform/random_bytes.hpp"

namespace corral::platform {

ssize_t read_random(unsigned char* bytes, std::size_t count) {
  return ::getrandom(bytes, count, 0);
}

}  // namespace corral::platform

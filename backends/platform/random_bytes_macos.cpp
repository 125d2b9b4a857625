#include <algorithm>
#include <sys/random.h>

#include "backends/platform/random_bytes.hpp"

namespace corral::platform {

ssize_t read_random(unsigned char* bytes, std::size_t count) {
  constexpr std::size_t most_at_once = 256;
  const std::size_t some = std::min(count, most_at_once);
  return ::getentropy(bytes, some) == 0 ? static_cast<ssize_t>(some) : -1;
}

}  // namespace corral::platform

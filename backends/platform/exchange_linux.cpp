#include <cstdio>
#include <fcntl.h>

#include "backends/platform/exchange.hpp"

namespace corral::platform {

int exchange(const char* one, const char* other) {
  return ::renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE);
}

}  // namespace corral::platform

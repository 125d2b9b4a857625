#include <cstdio>

#include "backends/platform/exchange.hpp"

namespace corral::platform {

int exchange(const char* one, const char* other) {
  return ::renamex_np(one, other, RENAME_SWAP);
}

}  // namespace corral::platform

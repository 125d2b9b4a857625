#include <mutex>
#include <netdb.h>

#include "backends/platform/host_lookup.hpp"
#if defined(__GLIBC__)
#include <nss.h>
#endif

namespace corral::platform {

void prepare_host_lookup() {
#if defined(__GLIBC__)
  static std::once_flag once;
  std::call_once(once, [] { __nss_configure_lookup("hosts", "files dns"); });
#endif
}

}  // namespace corral::platform

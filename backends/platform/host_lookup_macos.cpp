#include "backends/platform/host_lookup.hpp"

namespace corral::platform {

void prepare_host_lookup() {}

}  // namespace corral::platform

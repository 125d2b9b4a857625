#include "cli/system_clock.hpp"

#include <algorithm>
#include <chrono>

namespace corral {

namespace {

template <typename StandardClock>
UnixMillis milliseconds_of() {
  const auto since_epoch = StandardClock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
}

}  // namespace

UnixMillis SystemClock::now() const {
  return milliseconds_of<std::chrono::system_clock>();
}

UnixMillis SystemClock::elapsed() const {
  return milliseconds_of<std::chrono::steady_clock>();
}

void SystemClock::wait(std::span<pollfd> files, UnixMillis milliseconds) const {
  constexpr UnixMillis longest = 60'000;
  ::poll(files.data(), static_cast<nfds_t>(files.size()),
         static_cast<int>(std::clamp<UnixMillis>(milliseconds, 0, longest)));
}

}  // namespace corral

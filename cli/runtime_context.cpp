#include "cli/runtime_context.hpp"

#include <algorithm>
#include <chrono>
#include <poll.h>
#include <utility>

#include "cli/interrupt.hpp"

namespace corral {

namespace {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] UnixMillis now() const override {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
  }
  void sleep(UnixMillis milliseconds) const override {
    ::poll(nullptr, 0, static_cast<int>(std::clamp<UnixMillis>(milliseconds, 0, 60'000)));
  }
};

}  // namespace

RuntimeContext::RuntimeContext(const Services& services, ProjectRequest request, Output& out, Input& in,
                               const Environment& environment)
    : services_(services),
      request_(std::move(request)),
      out_(out),
      in_(in),
      environment_(environment),
      clock_(std::make_unique<SystemClock>()) {}

ProjectSource& RuntimeContext::project() {
  if (!project_) project_ = services_.open_project(request_, environment_);
  return *project_;
}

Stores& RuntimeContext::stores(const StateOptions& options) {
  if (!stores_) stores_ = services_.open_stores(options, project(), environment_);
  return *stores_;
}

void RuntimeContext::check_interrupt() {
  throw_if_interrupted();
}

}  // namespace corral

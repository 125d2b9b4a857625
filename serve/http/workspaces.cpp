#include "serve/http/workspaces.hpp"

namespace corral::serve {

Workspaces::Workspaces(Context& context, const Site& site, AccessLog& log, Handlers handlers,
                       std::size_t most)
    : context_(context), site_(site), output_(log), handlers_(std::move(handlers)), most_(most) {
  free_.reserve(most);
}

Workspaces::Lease::~Lease() {
  if (workspace_) owner_->take_back(std::move(workspace_));
}

std::unique_ptr<Workspace> Workspaces::make() {
  auto workspace = std::make_unique<Workspace>();
  workspace->context = context_.for_thread(output_);
  workspace->s3 = handlers_.s3(*workspace->context, site_);
  if (handlers_.rest) workspace->rest = handlers_.rest(*workspace->context, site_);
  return workspace;
}

std::optional<Workspaces::Lease> Workspaces::lend(Deadline deadline) {
  std::unique_ptr<Workspace> workspace;
  {
    std::unique_lock lock(mutex_);
    if (!returned_.wait_until(lock, deadline, [&] { return !free_.empty() || made_ < most_; }))
      return std::nullopt;
    if (free_.empty()) {
      workspace = make();
      ++made_;
    } else {
      workspace = std::move(free_.back());
      free_.pop_back();
    }
  }
  Lease lease(*this, std::move(workspace));
  lease->context->stores({}).snapshots().recover();
  return lease;
}

void Workspaces::take_back(std::unique_ptr<Workspace> workspace) noexcept {
  {
    const std::scoped_lock lock(mutex_);
    free_.push_back(std::move(workspace));  // room is reserved
  }
  returned_.notify_one();
}

}  // namespace corral::serve

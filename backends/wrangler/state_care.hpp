#pragma once

#include <filesystem>
#include <utility>

#include "backends/state_care.hpp"

namespace corral::wrangler {

/// Maintenance of the state folder used by `wrangler dev` (docs/reference/state-layout.md).
class WranglerStateCare final : public StateCare {
 public:
  explicit WranglerStateCare(std::filesystem::path state_root) : state_root_(std::move(state_root)) {}

  std::vector<StateFile> files() override;
  void check(bool deep, const std::function<void()>& pulse,
             const std::function<void(const StateProblem&)>& report) override;
  Garbage clean(const GarbageOptions& options) override;
  bool mend(const StateProblem& problem) override;
  void empty(const StateFile& file) override;

 private:
  std::filesystem::path state_root_;
};

}  // namespace corral::wrangler

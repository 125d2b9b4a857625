#pragma once

#include <filesystem>
#include <functional>

#include "backends/state_care.hpp"

namespace corral::wrangler {

/// Checks one database file and the blobs its rows reference (StateCare::check).
void check_state_file(const StateFile& file, const std::filesystem::path& state_root, bool deep,
                      const std::function<void()>& pulse,
                      const std::function<void(const StateProblem&)>& report);

}  // namespace corral::wrangler

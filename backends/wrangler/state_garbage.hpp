#pragma once

#include <filesystem>
#include <vector>

#include "backends/state_care.hpp"

namespace corral::wrangler {

/// Reclaims garbage for the given files of one state, or counts it (StateCare::clean).
Garbage clean_state(const std::vector<StateFile>& files, const std::filesystem::path& state_root,
                    const GarbageOptions& options);

}  // namespace corral::wrangler

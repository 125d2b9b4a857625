#pragma once

#include <filesystem>
#include <vector>

#include "backends/state_care.hpp"

namespace corral::wrangler {

/// Cleans the given files of one state up, or counts what there is to clean (StateCare::clean).
Garbage clean_state(const std::vector<StateFile>& files, const std::filesystem::path& state_root,
                    const GarbageOptions& options);

}  // namespace corral::wrangler

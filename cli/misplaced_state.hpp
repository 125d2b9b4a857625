#pragma once

#include <filesystem>
#include <string_view>

namespace corral {

/// Throws usage if a folder that was named as a state root is one level off: it has no `v3`, but what belongs
/// into `v3` (so it is a `v3` itself, or a state of wrangler 2), or it is the folder around the root. Opening
/// it would show an empty state and begin a second one. Throws usage, too, for a folder within /proc or /sys,
/// which cannot hold files. `name`: how it was named, "--persist-to x".
void refuse_misplaced_state(const std::filesystem::path& root, std::string_view name);

}  // namespace corral

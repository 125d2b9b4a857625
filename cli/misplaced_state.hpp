#pragma once

#include <filesystem>
#include <string_view>

namespace corral {

/// Throws usage if a folder given as a state root is one level off: it has no `v3` but the contents of one
/// (so it is a `v3` itself, or a wrangler 2 state), or it is the parent of the root. Opening it would show an
/// empty state and create a second one. Also throws usage for a folder in /proc or /sys, which cannot hold
/// files. `name`: how it was given, "--persist-to x".
void refuse_misplaced_state(const std::filesystem::path& root, std::string_view name);

}  // namespace corral

#pragma once

#include <array>

namespace corral::platform {

/// A pipe, the end to read from first, that no program started later inherits. As a system call: -1, and
/// errno has the reason. pipe2 on Linux; on macOS the ends are marked after they have been made, so a process
/// that another thread starts in between would inherit them.
int make_pipe(std::array<int, 2>& ends);

}  // namespace corral::platform

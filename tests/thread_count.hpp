#pragma once

#include <cstddef>
#include <filesystem>
#include <iterator>

namespace corral::testing {

inline std::ptrdiff_t count_all_threads() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

/// What the process has before main() is not corral's: one thread, and under QEMU those of the emulator.
inline const std::ptrdiff_t threads_at_start = count_all_threads();

/// The threads of this process, the main one included.
inline std::ptrdiff_t count_threads() {
  return count_all_threads() - threads_at_start + 1;
}

}  // namespace corral::testing

#pragma once

#include <filesystem>
#include <optional>

/// Paths that look like files, but are the kernel's.
namespace corral::platform {

/// Whether the links in a folder lead to open files, so that what they contain is no usable path: /proc.
/// Never on macOS.
bool has_links_to_open_files(const std::filesystem::path& folder);

/// Whether a folder, or its nearest ancestor that exists, is in a file system which cannot hold files: /proc
/// or /sys. Never on macOS.
bool cannot_hold_files(std::filesystem::path folder);

/// The number of the process's own descriptor that a path names: 3 for /proc/self/fd/3 and, on macOS, for
/// /dev/fd/3. The path's links must have been followed. nullopt: it names none.
std::optional<int> named_descriptor(const std::filesystem::path& path);

}  // namespace corral::platform

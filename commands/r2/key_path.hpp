#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace corral::r2 {

/// Why an object's key cannot be a path below a folder; nullopt if it can. Each part between '/' must be a
/// valid file name: not empty, "." or "..", at most 255 bytes, without NUL. So "a//b", "/etc/passwd", "../x"
/// and "x/" cannot: the file would lie elsewhere, or the path would not map back to the key.
std::optional<std::string> why_no_path(std::string_view key);

/// The path of a key below a folder (empty: the working directory). Throws denied, with `hint`, if the key
/// cannot be a path or if a symbolic link in the folder, dangling or not, leads outside; invalid_input if the
/// path is too long for the system; io. Creates nothing.
std::filesystem::path path_below(const std::filesystem::path& folder, std::string_view key,
                                 const std::string& hint = {});

}  // namespace corral::r2

#include "cli/misplaced_state.hpp"

#include <array>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/platform/kernel_files.hpp"

namespace corral {

namespace fs = std::filesystem;

namespace {

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

/// Whether a folder called `d1` or the like holds a service's data: a project may have one of its own.
bool holds_data(const fs::path& folder) {
  if (!is_folder(folder)) return false;
  std::error_code failure;
  const fs::directory_iterator entries(folder, failure);
  if (failure) return false;
  bool empty = true;
  for (const fs::directory_entry& entry : entries) {
    empty = false;
    const std::string name = entry.path().filename().native();
    if (name.starts_with("miniflare-") || name.ends_with(".sqlite") || name.ends_with(".sqlite3"))
      return true;
  }
  return empty;
}

}  // namespace

void refuse_misplaced_state(const fs::path& root, std::string_view name) {
  if (platform::cannot_hold_files(root)) {
    throw Error(ErrorKind::usage,
                fmt::format("{} is within /proc or /sys, which cannot hold files", shown(name)),
                "choose another folder with --persist-to");
  }
  if (is_folder(root / "v3")) return;
  if (is_folder(root / "state" / "v3")) {
    throw Error(ErrorKind::usage, fmt::format("{} has no v3 in it, but state/v3", shown(name)),
                fmt::format("write {}/state", shown(name)));
  }
  for (const char* const service : {"kv", "d1", "r2", "do"}) {
    if (!holds_data(root / service)) continue;
    const fs::path folder = root.filename().empty() ? root.parent_path() : root;
    throw Error(
        ErrorKind::usage,
        fmt::format("{} has {} in it but no v3, which is where a state is kept", shown(name), service),
        folder.filename() == "v3"
            ? fmt::format("name the folder around it: {}", shown(folder.parent_path().native()))
            : fmt::format("move it into {0}, or make {0} to begin a new state there",
                          shown((folder / "v3").native())));
  }
}

}  // namespace corral

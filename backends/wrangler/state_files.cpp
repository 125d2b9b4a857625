#include "backends/wrangler/state_files.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "backends/files/nofollow.hpp"
#include "backends/wrangler/state_layout.hpp"

namespace corral::wrangler {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 4> services = {"d1", "do", "kv", "r2"};

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> entries;
  for (const std::string& name : nofollow::names_in(folder)) entries.push_back(folder / name);
  std::sort(entries.begin(), entries.end());
  return entries;
}

std::uint64_t size_of(const fs::path& file) {
  const auto status = nofollow::entry_status(file);
  return status && S_ISREG(status->st_mode) ? static_cast<std::uint64_t>(status->st_size) : 0;
}

/// The namespace or bucket that a database file of KV or R2 belongs to, and the folder of its values.
void find_owner(StateFile& file, const fs::path& state_root, const std::vector<fs::path>& folders) {
  for (const fs::path& folder : folders) {
    const std::string name = folder.parent_path().filename().native();
    const fs::path expected =
        file.service == "kv" ? kv_database_file(state_root, name) : r2_database_file(state_root, name);
    if (expected != file.file) continue;
    file.name = name;
    file.blobs = folder;
    for (const fs::path& value : entries_of(folder)) {
      ++file.values;
      file.values_bytes += size_of(value);
    }
    return;
  }
}

}  // namespace

std::vector<fs::path> value_folders(const fs::path& state_root, std::string_view service) {
  std::vector<fs::path> folders;
  for (const fs::path& entry : entries_of(state_root / "v3" / service)) {
    fs::path folder = entry / "blobs";
    if (nofollow::is_folder(folder)) folders.push_back(std::move(folder));
  }
  return folders;
}

std::vector<StateFile> state_files(const fs::path& state_root) {
  std::vector<StateFile> files;
  for (const std::string_view service : services) {
    const bool has_values = service == "kv" || service == "r2";
    const std::vector<fs::path> folders =
        has_values ? value_folders(state_root, service) : std::vector<fs::path>();
    for (const fs::path& folder : entries_of(state_root / "v3" / service)) {
      for (const fs::path& path : entries_of(folder)) {
        if (path.extension() != ".sqlite") continue;
        StateFile file;
        file.service = service;
        file.file = path;
        file.file_bytes = size_of(path) + size_of(path.native() + "-wal");
        if (service == "do") file.name = folder.filename().native();
        if (has_values) find_owner(file, state_root, folders);
        files.push_back(std::move(file));
      }
    }
  }
  return files;
}

bool is_value_name(std::string_view name) {
  constexpr std::size_t longest = 200;
  return !name.empty() && name.size() <= longest &&
         name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

ValueFinder::ValueFinder(const StateFile& file, const fs::path& state_root) {
  if (!file.blobs.empty()) folders_.push_back(file.blobs);
  for (fs::path& folder : value_folders(state_root, file.service)) {
    if (folder != file.blobs) folders_.push_back(std::move(folder));
  }
}

std::optional<fs::path> ValueFinder::find(std::string_view name) const {
  if (!is_value_name(name)) return std::nullopt;
  for (const fs::path& folder : folders_) {
    fs::path value = folder / name;
    if (nofollow::regular_file_status(value)) return value;
  }
  return std::nullopt;
}

}  // namespace corral::wrangler

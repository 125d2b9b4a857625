#include "backends/wrangler/state_files.hpp"

#include <algorithm>
#include <utility>

#include "backends/files/nofollow.hpp"
#include "backends/platform/file_times.hpp"
#include "backends/wrangler/state_layout.hpp"
#include "backends/wrangler/state_tree.hpp"

namespace corral::wrangler {

namespace fs = std::filesystem;

namespace {

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

/// Finds the namespace or bucket that a KV or R2 database file belongs to, and its blob folder.
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

/// In report order.
std::vector<StateService> stored_services() {
  return {StateService::d1, StateService::durable_objects, StateService::kv, StateService::r2};
}

UnixMillis milliseconds(const timespec& time) {
  return UnixMillis{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
}

}  // namespace

UnixMillis touched_at(const struct stat& status) {
  return std::max(milliseconds(platform::changed_at(status)), milliseconds(platform::modified_at(status)));
}

std::vector<fs::path> blob_folders(const fs::path& state_root, const std::vector<StateService>& services) {
  const fs::path v3 = state_root / "v3";
  std::vector<fs::path> folders;
  for (const std::string& folder : list_value_folders(v3, services)) folders.push_back(v3 / folder / "blobs");
  return folders;
}

std::vector<StateFile> state_files(const fs::path& state_root) {
  std::vector<StateFile> files;
  const fs::path v3 = state_root / "v3";
  const std::vector<fs::path> folders = blob_folders(state_root, {StateService::kv, StateService::r2});
  for (const std::string& path : list_databases(v3, stored_services())) {
    StateFile file;
    file.service = name_of(*service_of_path(path));
    file.file = v3 / path;
    file.file_bytes = size_of(file.file) + size_of(file.file.native() + "-wal");
    if (file.service == "do") file.name = file.file.parent_path().filename().native();
    if (file.service == "kv" || file.service == "r2") find_owner(file, state_root, folders);
    files.push_back(std::move(file));
  }
  return files;
}

ValueFinder::ValueFinder(const StateFile& file, const fs::path& state_root) {
  if (!file.blobs.empty()) folders_.push_back(file.blobs);
  for (fs::path& folder : blob_folders(state_root, {*state_service_of(file.service)})) {
    if (folder != file.blobs) folders_.push_back(std::move(folder));
  }
}

std::optional<fs::path> ValueFinder::find(std::string_view name) const {
  if (!is_blob_name(name)) return std::nullopt;
  for (const fs::path& folder : folders_) {
    fs::path value = folder / name;
    if (nofollow::regular_file_status(value)) return value;
  }
  return std::nullopt;
}

}  // namespace corral::wrangler

#include "backends/wrangler/r2_backend.hpp"

#include <algorithm>
#include <system_error>

#include "backends/error.hpp"
#include "backends/wrangler/r2_store.hpp"
#include "backends/wrangler/state_layout.hpp"

namespace corral::wrangler {

namespace fs = std::filesystem;

std::unique_ptr<ObjectStore> WranglerObjectBackend::open(std::string_view bucket) {
  return std::make_unique<WranglerObjectStore>(state_root_, bucket);
}

std::vector<std::string> WranglerObjectBackend::stored_buckets() {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(r2_folder(state_root_), error), end; !error && entry != end;
       entry.increment(error)) {
    std::string name = entry->path().filename().native();
    std::error_code ignored;
    if (fs::is_directory(entry->path() / "blobs", ignored) &&
        fs::exists(r2_database_file(state_root_, name), ignored)) {
      names.push_back(std::move(name));
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    throw system_error(error.value(), "cannot list " + r2_folder(state_root_).native());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::uint64_t WranglerObjectBackend::drop(std::string_view bucket) {
  return WranglerObjectStore(state_root_, bucket).clear();
}

}  // namespace corral::wrangler

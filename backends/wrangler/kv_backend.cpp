#include "backends/wrangler/kv_backend.hpp"

#include <algorithm>
#include <system_error>

#include "backends/error.hpp"
#include "backends/wrangler/kv_store.hpp"
#include "backends/wrangler/state_layout.hpp"

namespace corral::wrangler {

namespace fs = std::filesystem;

namespace {

WranglerKvStore store_at(const fs::path& state_root, std::string_view namespace_id) {
  return {kv_database_file(state_root, namespace_id), kv_blob_folder(state_root, namespace_id)};
}

}  // namespace

std::unique_ptr<KvStore> WranglerKvBackend::open(std::string_view namespace_id) {
  return std::make_unique<WranglerKvStore>(store_at(state_root_, namespace_id));
}

std::vector<std::string> WranglerKvBackend::stored_namespaces() {
  std::vector<std::string> ids;
  std::error_code error;
  for (fs::directory_iterator entry(kv_folder(state_root_), error), end; !error && entry != end;
       entry.increment(error)) {
    std::string name = entry->path().filename().native();
    std::error_code ignored;
    if (fs::is_directory(entry->path() / "blobs", ignored) &&
        fs::exists(kv_database_file(state_root_, name), ignored)) {
      ids.push_back(std::move(name));
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    throw system_error(error.value(), "cannot list " + kv_folder(state_root_).native());
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::uint64_t WranglerKvBackend::drop(std::string_view namespace_id) {
  return store_at(state_root_, namespace_id).clear();
}

}  // namespace corral::wrangler

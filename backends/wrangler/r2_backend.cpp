#include "backends/wrangler/r2_backend.hpp"

#include <algorithm>

#include "backends/files/nofollow.hpp"
#include "backends/wrangler/r2_staging.hpp"
#include "backends/wrangler/r2_store.hpp"
#include "backends/wrangler/state_layout.hpp"

namespace corral::wrangler {

std::unique_ptr<ObjectStore> WranglerObjectBackend::open(std::string_view bucket, BucketAccess /*access*/) {
  return std::make_unique<WranglerObjectStore>(state_root_, bucket, clock_);
}

std::unique_ptr<ObjectStaging> WranglerObjectBackend::stage(std::string_view bucket) {
  return std::make_unique<WranglerObjectStaging>(state_root_, bucket, clock_);
}

std::vector<std::string> WranglerObjectBackend::stored_buckets() {
  std::vector<std::string> names;
  for (std::string& name : nofollow::names_in(r2_folder(state_root_))) {
    if (nofollow::is_folder(r2_folder(state_root_) / name / "blobs") &&
        nofollow::status(r2_database_file(state_root_, name))) {
      names.push_back(std::move(name));
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::uint64_t WranglerObjectBackend::drop(std::string_view bucket) {
  return WranglerObjectStore(state_root_, bucket, clock_).clear();
}

}  // namespace corral::wrangler

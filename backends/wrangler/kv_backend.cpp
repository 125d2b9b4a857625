#include "backends/wrangler/kv_backend.hpp"

#include <algorithm>

#include "backends/files/nofollow.hpp"
#include "backends/wrangler/kv_staging.hpp"
#include "backends/wrangler/kv_store.hpp"
#include "backends/wrangler/state_layout.hpp"

namespace corral::wrangler {

std::unique_ptr<KvStore> WranglerKvBackend::open(std::string_view namespace_id) {
  return std::make_unique<WranglerKvStore>(kv_database_file(state_root_, namespace_id),
                                           kv_blob_folder(state_root_, namespace_id), clock_);
}

std::vector<std::string> WranglerKvBackend::stored_namespaces() {
  std::vector<std::string> ids;
  for (std::string& name : nofollow::names_in(kv_folder(state_root_))) {
    if (nofollow::is_folder(kv_folder(state_root_) / name / "blobs") &&
        nofollow::status(kv_database_file(state_root_, name))) {
      ids.push_back(std::move(name));
    }
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::unique_ptr<KvStaging> WranglerKvBackend::stage(std::string_view namespace_id) {
  return std::make_unique<WranglerKvStaging>(state_root_, namespace_id, clock_);
}

std::uint64_t WranglerKvBackend::drop(std::string_view namespace_id) {
  return WranglerKvStore(kv_database_file(state_root_, namespace_id),
                         kv_blob_folder(state_root_, namespace_id), clock_)
      .clear();
}

}  // namespace corral::wrangler
